import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ADDRESS_HEADER, AUTH_PATH, type Auth, findSession } from '../services/accounts/index.ts';

/** Those of the sign-in library's routes that we use. The others would change accounts unseen, or tell a page the tokens of sessions. */
const PATHS = ['sign-in/email', 'sign-in/passkey/challenge', 'sign-in/passkey', 'sign-out', 'change-password'] as const;
type Path = (typeof PATHS)[number];

/** The routes of signing in and out, which the sign-in library answers by itself; what they change is in the audit log. */
export function signInRoutes(auth: Auth, publicUrl: string): FastifyPluginAsync {
  const ownOrigin = new URL(publicUrl).origin;
  return async (server) => {
    for (const path of PATHS) {
      server.post(`${AUTH_PATH}/${path}`, {
        config: { scope: 'public' },
        schema: { hide: true },
        handler: async (request, reply) => {
          const asked = toWebRequest(request, `${ownOrigin}${AUTH_PATH}/${path}`);
          // Who signs out is nobody afterwards.
          const before = changesAccount(path) ? await findSession(auth, asked.headers) : undefined;
          const answer = await auth.handler(asked);
          const body = await answer.text();
          const name = before?.email ?? (path.startsWith('sign-in/') ? emailIn(body) : undefined);
          if (answer.ok && name !== undefined) request.caller = { kind: 'user', name, scopes: [] };
          void reply.code(answer.status);
          for (const [header, value] of answer.headers) {
            if (header !== 'set-cookie') void reply.header(header, value);
          }
          for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
          return reply.send(body);
        },
      });
    }
  };
}

function changesAccount(path: Path): boolean {
  return path === 'sign-out' || path === 'change-password';
}

const Entered = z.object({ user: z.object({ email: z.string() }) });

/** Whom an answer lets in; undefined when it is about nobody. */
function emailIn(body: string): string | undefined {
  return body.startsWith('{') ? Entered.safeParse(JSON.parse(body)).data?.user.email : undefined;
}

/** For the library, at an address of ours: what a client or a proxy calls this host need not even be one. */
function toWebRequest(request: FastifyRequest, url: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.set(ADDRESS_HEADER, request.ip);
  headers.delete('content-length');
  const hasBody = request.body !== undefined && request.body !== null;
  if (hasBody) headers.set('content-type', 'application/json');
  return new Request(url, {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
  });
}
