import { PassThrough } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Auth } from '../../services/accounts/index.ts';
import { createNews } from '../../services/news/index.ts';
import { callerOf } from '../authenticate.ts';
import { allows } from '../scopes.ts';

/** Shorter than the minute after which common proxies cut a silent connection. */
const HEARTBEAT_MS = 20_000;
/** How long a client waits before it connects again. */
const RETRY_MS = 2_000;
const STREAMS_MAX = 1_000;

/** One stream of server-sent events per listener: which nouns have news, of those that the listener may read. */
export function liveRoutes(ctx: Context, auth: Auth): FastifyPluginAsyncZod {
  return async (server) => {
    const news = createNews(ctx);
    const open = new Set<() => void>();
    // Before the server waits for its running requests, which these would never end by themselves.
    server.addHook('preClose', async () => {
      for (const end of open) end();
    });

    server.get('/api/live', {
      config: { scope: 'sends:read', endless: true },
      schema: {
        tags: ['live'],
        summary: 'Tell, as server-sent events, which nouns have news; ends with the session',
        description:
          'Each event is named `news` and carries `{"nouns": ["sends", ...]}`; the first names all nouns that the caller may read. What is new is asked for by the routes of the noun.',
        response: { 200: z.unknown().describe('text/event-stream') },
      },
      handler: async (request, reply) => {
        if (open.size >= STREAMS_MAX) throw new AppError('unavailable', say('Too many listen already.'));
        const stream = new PassThrough();
        const over = new AbortController();
        let scopes = request.caller?.scopes ?? [];
        const stop = news.listen((nouns) => {
          const readable = nouns.filter((noun) => allows(scopes, `${noun}:read`));
          if (readable.length > 0) stream.write(`event: news\ndata: ${JSON.stringify({ nouns: readable })}\n\n`);
        });
        const end = () => {
          if (!open.delete(end)) return;
          stop();
          over.abort();
          stream.end();
        };
        open.add(end);
        stream.on('close', end);
        stream.write(`retry: ${RETRY_MS}\n\n`);
        void beat();
        return (
          reply
            .type('text/event-stream')
            // Proxies must not collect what should arrive at once.
            .header('x-accel-buffering', 'no')
            // With the stream ends its connection: kept for a next request it would hold up a server that closes.
            .header('connection', 'close')
            .send(stream)
        );

        /** Keeps the line from being cut as silent, and looks whether the session or key still holds. */
        async function beat(): Promise<void> {
          for (;;) {
            await ctx.clock.sleepUntil(ctx.clock.now() + HEARTBEAT_MS, over.signal);
            if (over.signal.aborted) return;
            const caller = await callerOf(ctx, auth, request).catch(() => undefined);
            if (!caller || !allows(caller.scopes, 'sends:read')) return end();
            ({ scopes } = caller);
            stream.write(': still here\n\n');
          }
        }
      },
    });
  };
}
