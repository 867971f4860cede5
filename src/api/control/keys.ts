import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { createKey, isScope, listKeys, revokeKey } from '../../services/keys/index.ts';
import { mustCover } from '../authenticate.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const Key = z.object({
  key_id: z.number().int(),
  name: z.string(),
  scopes: z.array(z.string()),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
});

export function keyRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/keys', {
      config: { scope: 'keys:read' },
      schema: {
        tags: ['keys'],
        summary: 'List the API keys, without their secrets',
        querystring: PageQuery,
        response: { 200: pageOf(Key) },
      },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listKeys(ctx, { after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.key_id] });
      },
    });

    server.post('/api/keys', {
      config: { scope: 'keys:write' },
      schema: {
        tags: ['keys'],
        summary: 'Make an API key; the answer is the only time that its secret is shown',
        description: 'A key can only be given scopes that the key of the request has itself.',
        body: z.strictObject({
          name: z.string().describe('Whose key it is, for people'),
          scopes: z.array(z.string()).describe('`noun:read`, `noun:write`, `noun:*` or `*`'),
        }),
        response: { 201: Key.extend({ secret: z.string() }) },
      },
      handler: async (request, reply) => {
        const { body } = request;
        // A scope that does not exist at all is better explained by the verb.
        mustCover(request, body.scopes.filter(isScope));
        return reply.code(201).send(await createKey(ctx, body));
      },
    });

    server.delete('/api/keys/:key_id', {
      config: { scope: 'keys:write' },
      schema: {
        tags: ['keys'],
        summary: 'Revoke an API key at once',
        params: z.strictObject({ key_id: z.coerce.number().int().positive() }),
        response: { 204: z.undefined().describe('Revoked') },
      },
      handler: async ({ params }, reply) => {
        await revokeKey(ctx, params.key_id);
        return reply.code(204).send();
      },
    });
  };
}
