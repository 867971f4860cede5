import type { FastifyReply, FastifyRequest } from 'fastify';
import { scopesOf } from '../core/accounts/index.ts';
import { AppError, say, type Wording } from '../core/kernel/index.ts';
import type { Context } from '../platform/context.ts';
import type { Queryable } from '../platform/sql/index.ts';
import { type Auth, findSession, type SignedIn } from '../services/accounts/index.ts';
import { findCaller, recallCaller, SCOPE_NOUNS } from '../services/keys/index.ts';
import { allows, covers, isOwnAccount, type Scope } from './scopes.ts';

/** Who makes a request: an API key, or a person signed in to the console. */
export type RequestCaller = {
  readonly kind: 'key' | 'user';
  /** The key's name, or the person's email. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** Undefined for a key. */
  readonly person?: SignedIn;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route under /api declares one; the server refuses to start otherwise. */
    scope?: Scope;
    /** A scope that is enough as well, by what the address names; it is not validated yet. */
    orScope?: (params: unknown) => Scope | undefined;
    /** False where what a request does is on record itself, and there are as many requests as people: the audit log leaves them out. */
    audited?: boolean;
    /** The route looks for the caller's key in its own transaction; who was known lately is let in until then. */
    confirms?: boolean;
  }
  interface FastifyRequest {
    /** Who makes the request; undefined on public routes. */
    caller: RequestCaller | undefined;
    /** For a route that confirms: rejects when the caller may not do this after all. Undefined when that is known already. */
    confirm: ((db: Queryable) => Promise<void>) | undefined;
  }
}

/** The hook that lets a request through when its API key, or the role of who is signed in, has the scope that its route declares. */
export function authenticate(ctx: Context, auth: Auth) {
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const { scope, confirms } = request.routeOptions.config;
    if (scope === undefined || scope === 'public') return;
    const secret = confirms ? secretOf(request.headers.authorization) : undefined;
    const presumed = secret === undefined ? undefined : recallCaller(secret);
    if (secret === undefined || !presumed || !allows(presumed.scopes, scope)) {
      return admit(request, scope, await callerOf(ctx, auth, request));
    }
    request.caller = { kind: 'key', ...presumed };
    request.confirm = async (db) => admit(request, scope, await callerOfKey({ ...ctx, db }, secret));
  };
}

/** @throws AppError `forbidden` when this caller may not do this. */
function admit(request: FastifyRequest, scope: Exclude<Scope, 'public'>, caller: RequestCaller): void {
  request.caller = caller;
  if (isOwnAccount(scope)) return void personOf(request);
  if (allows(caller.scopes, scope)) return;
  const other = request.routeOptions.config.orScope?.(request.params) ?? scope;
  if (!allows(caller.scopes, other)) throw new AppError('forbidden', refusalOf(caller, other));
}

/** Who makes a request. @throws AppError `unauthorized`; `forbidden` when another site made the browser ask. */
export async function callerOf(ctx: Context, auth: Auth, request: FastifyRequest): Promise<RequestCaller> {
  const secret = secretOf(request.headers.authorization);
  if (secret !== undefined) return callerOfKey(ctx, secret);
  const { cookie } = request.headers;
  const person = cookie === undefined ? undefined : await findSession(auth, new Headers({ cookie }));
  if (!person) {
    throw new AppError(
      'unauthorized',
      say('Sign in, or send an API key as "Authorization: Bearer KEY", or as the user of Basic.'),
    );
  }
  refuseOtherSites(request);
  return { kind: 'user', name: person.email, scopes: scopesOf(person.role, SCOPE_NOUNS), person };
}

async function callerOfKey(ctx: Parameters<typeof findCaller>[0], secret: string): Promise<RequestCaller> {
  const key = await findCaller(ctx, secret);
  if (!key) throw new AppError('unauthorized', say('The API key is unknown or revoked.'));
  return { kind: 'key', ...key };
}

/** Who is signed in, on routes about their own account. @throws AppError `forbidden` for a key, which is nobody. */
export function personOf({ caller }: FastifyRequest): SignedIn {
  if (!caller?.person)
    throw new AppError('forbidden', say('This is about who is signed in; an API key has no account.'));
  return caller.person;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser sends our cookie along when another site makes it ask; nothing may change because of that. Browsers say where a request
 * comes from (Fetch Metadata; older ones with Origin only).
 */
function refuseOtherSites(request: FastifyRequest): void {
  if (SAFE.has(request.method)) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOwn = origin === undefined ? site === 'same-origin' || site === 'none' : hostOf(origin) === host;
  if (!isOwn) throw new AppError('forbidden', say('The request comes from another site.'));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** For answers of a route that need more than the route itself. @throws AppError `forbidden`. */
export function mustAllow({ caller }: FastifyRequest, scope: Scope): void {
  if (!caller) throw new AppError('forbidden', say('This needs "{scope}".', { scope }));
  if (!allows(caller.scopes, scope)) throw new AppError('forbidden', refusalOf(caller, scope));
}

/** For routes that give rights to somebody: nobody gives what they do not have. @throws AppError `forbidden`. */
export function mustCover({ caller }: FastifyRequest, granted: readonly string[]): void {
  const beyond = granted.filter((scope) => !covers(caller?.scopes ?? [], scope));
  if (beyond.length === 0) return;
  throw new AppError(
    'forbidden',
    say('Your key cannot give what it does not have: {beyond}.', { beyond: beyond.join(', ') }),
  );
}

function refusalOf(caller: RequestCaller, scope: Scope): Wording {
  return caller.kind === 'key'
    ? say('This needs the scope "{scope}"; the key has {scopes}.', { scope, scopes: caller.scopes.join(', ') })
    : say('This needs "{scope}", which your role does not have. Ask an owner.', { scope });
}

/** The key in an Authorization header: the token of Bearer, or the user name of Basic (RFC 7617). */
function secretOf(header: string | undefined): string | undefined {
  const [, scheme, credentials] = /^(bearer|basic) +([^\s]+)$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || credentials === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] || undefined;
}
