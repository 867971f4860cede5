import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ChannelDefinition } from '../../core/channels/index.ts';
import { Name } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import { checkChannel, listChannels, loadChannel, type OpenChannel } from '../../services/channels/index.ts';

const Params = z.strictObject({ key: Name });

/** A definition as it may be shown: a URL that holds a password is shown without it. */
const ShownChannel = z
  .object({ key: Name, name: z.string().nullable(), provider: z.enum(['sandbox', 'smtp']), definition: z.unknown() })
  .describe('A channel; a password in its URL is left out');

export function channelRoutes(ctx: Context, open: OpenChannel): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/channels', {
      config: { scope: 'channels:read' },
      schema: {
        tags: ['channels'],
        summary: 'List the published channels, and the sandbox',
        response: { 200: z.object({ items: z.array(ShownChannel) }) },
      },
      handler: async () => ({ items: (await listChannels(ctx.db)).map(shown) }),
    });

    server.get('/api/channels/:key', {
      config: { scope: 'channels:read' },
      schema: {
        tags: ['channels'],
        summary: 'Read a published channel',
        params: Params,
        response: { 200: ShownChannel },
      },
      handler: async ({ params }) => shown(await loadChannel(ctx.db, params.key)),
    });

    server.post('/api/channels/:key/check', {
      config: { scope: 'channels:write' },
      schema: {
        tags: ['channels'],
        summary: 'Connect to the provider and log in, right now; nothing is sent',
        params: Params,
        response: { 200: z.object({ key: Name, ok: z.boolean(), reason: z.string().nullable() }) },
      },
      handler: ({ params }) => checkChannel(ctx, params.key, open),
    });
  };
}

function shown(definition: ChannelDefinition) {
  const { key, name, provider, url } = definition;
  const withoutPassword =
    typeof url === 'string' ? { ...definition, url: url.replace(/\/\/[^/]*@/, '//***@') } : definition;
  return { key, name: name ?? null, provider, definition: withoutPassword };
}
