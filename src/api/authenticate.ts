import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../core/kernel/index.ts';
import type { Context } from '../platform/context.ts';
import { type Caller, findCaller } from '../services/keys/index.ts';
import { allows, type Scope } from './scopes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route under /api declares one; the server refuses to start otherwise. */
    scope?: Scope;
  }
  interface FastifyRequest {
    /** Whose API key the request carries; undefined on public routes. */
    caller: Caller | undefined;
  }
}

/** The hook that lets a request through when its API key has the scope that its route declares. */
export function authenticate(ctx: Context) {
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const scope = request.routeOptions.config.scope;
    if (scope === undefined || scope === 'public') return;
    const secret = secretOf(request.headers.authorization);
    if (secret === undefined) {
      throw new AppError('unauthorized', 'Send an API key as "Authorization: Bearer KEY", or as the user of Basic.');
    }
    const caller = await findCaller(ctx, secret);
    if (!caller) throw new AppError('unauthorized', 'The API key is unknown or revoked.');
    if (!allows(caller.scopes, scope)) {
      throw new AppError('forbidden', `This needs the scope "${scope}"; the key has ${caller.scopes.join(', ')}.`);
    }
    request.caller = caller;
  };
}

/** The key in an Authorization header: the token of Bearer, or the user name of Basic (RFC 7617). */
function secretOf(header: string | undefined): string | undefined {
  const [, scheme, credentials] = /^(bearer|basic) +([^\s]+)$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || credentials === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] || undefined;
}
