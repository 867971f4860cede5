import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, inLanguage } from '../../core/kernel/index.ts';
import { isPassing } from '../../platform/sql/index.ts';
import { PROBLEM_TYPE } from '../problems.ts';
import { bodyTooLarge } from './body.ts';

const RETRY_AFTER_S = 2;

/** Ends a request with a status that SDKs act on: 400 and 401 make them drop what they sent, 429 makes them send it again. */
export class Refusal extends Error {
  readonly status: 400 | 401;

  constructor(status: 400 | 401, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Within the routes of ingestion every error becomes a status that SDKs understand. Whatever passes by itself is 429 with
 * `Retry-After`: SDKs do not count such an answer as an attempt, and lose nothing however long it lasts.
 */
export function answerRefusals(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError | Error, request, reply) => {
    if (error instanceof Refusal) return answer(request, reply, error.status, error.message);
    if ((error instanceof AppError && error.code === 'unavailable') || isPassing(error)) {
      const isOurs = error instanceof AppError;
      request.log.warn({ err: error }, 'events could not be taken; their sender was asked to send them again');
      void reply.header('retry-after', String(RETRY_AFTER_S));
      return answer(request, reply, 429, isOurs ? error.message : 'The events cannot be stored at the moment.');
    }
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    if (status === 413) return answer(request, reply, 400, inLanguage(bodyTooLarge()));
    // What else Fastify refuses by itself: a body that ended early.
    if (status >= 400 && status < 500) return answer(request, reply, 400, error.message);
    const { url: route } = request.routeOptions;
    request.log.error({ err: error, method: request.method, route, requestId: request.id }, 'a request failed');
    return answer(request, reply, 500, 'Internal error.');
  });
}

const TITLES = {
  400: ['malformed', 'The request is malformed'],
  401: ['unauthorized', 'Not authorized'],
  429: ['overloaded', 'Send it again later'],
  500: ['internal', 'Internal error'],
} as const;

/** A problem document (RFC 9457) with the `success` that the clients of this API know. */
function answer(request: FastifyRequest, reply: FastifyReply, status: keyof typeof TITLES, detail: string) {
  const [code, title] = TITLES[status];
  const instance = `urn:carillon:request:${request.id}`;
  const document = { success: false, type: `urn:carillon:problem:${code}`, title, status, code, detail, instance };
  return reply.code(status).type(PROBLEM_TYPE).send(JSON.stringify(document));
}
