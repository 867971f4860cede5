import type { FastifyReply } from 'fastify';

/** Aborts when whoever asked hangs up before the answer. */
export function withdrawn(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
