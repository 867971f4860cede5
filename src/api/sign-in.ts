import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { ADDRESS_HEADER, AUTH_PATH, type Auth } from '../services/accounts/index.ts';

/** The routes of signing in and out, which the sign-in library answers by itself. */
export function signInRoutes(auth: Auth): FastifyPluginAsync {
  return async (server) => {
    server.route({
      method: ['GET', 'POST'],
      url: `${AUTH_PATH}/*`,
      config: { scope: 'public' },
      schema: { hide: true },
      handler: async (request, reply) => {
        const answer = await auth.handler(toWebRequest(request));
        void reply.code(answer.status);
        for (const [name, value] of answer.headers) {
          if (name !== 'set-cookie') void reply.header(name, value);
        }
        for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
        return reply.send(await answer.text());
      },
    });
  };
}

function toWebRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.set(ADDRESS_HEADER, request.ip);
  headers.delete('content-length');
  const hasBody = request.method === 'POST' && request.body !== undefined && request.body !== null;
  if (hasBody) headers.set('content-type', 'application/json');
  return new Request(`${request.protocol}://${request.host}${request.url}`, {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
  });
}
