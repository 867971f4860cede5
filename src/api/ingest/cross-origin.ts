import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

const MAX_AGE_S = 86_400;
const HEADERS_CHARS_MAX = 1_000;

/** The type of an event in the path; any text, for the event itself may say it. */
export const TypeParams = z.object({ type: z.string() });

const PREFLIGHT = {
  tags: ['events'],
  summary: 'Tell a browser that any page may send',
  params: TypeParams,
  response: { 204: z.undefined().describe('It may') },
};

/** Browsers may send events from any page: what is sent is events, and a write key is no secret. */
export function allowAnyOrigin(server: FastifyInstance): void {
  server.addHook('onSend', async (_request, reply) => {
    void reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'retry-after');
  });
}

/** Answers the question that a browser asks before it sends to `path`. */
export function answerPreflight(server: FastifyInstance, path: string): void {
  const config = { scope: 'public' } as const;
  const schema = path.startsWith('/api') ? PREFLIGHT : { hide: true };
  server.options(path, { config, schema }, async (request, reply) => {
    const wanted = request.headers['access-control-request-headers'];
    const headers =
      wanted !== undefined && wanted.length <= HEADERS_CHARS_MAX && /^[\w\-, ]+$/.test(wanted)
        ? wanted
        : 'content-type, authorization, x-write-key, x-retry-count';
    void reply
      .header('access-control-allow-methods', 'GET, POST, OPTIONS')
      .header('access-control-allow-headers', headers)
      .header('access-control-max-age', String(MAX_AGE_S));
    // The handshake of CloudEvents' HTTP webhooks asks in its own words.
    if (request.headers['webhook-request-origin'] !== undefined) {
      void reply.header('webhook-allowed-origin', '*').header('webhook-allowed-rate', '*');
    }
    return reply.code(204).send();
  });
}
