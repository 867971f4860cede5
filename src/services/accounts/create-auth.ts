import { betterAuth } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';
import { Role } from '../../core/accounts/index.ts';
import type { Context } from '../../platform/context.ts';
import { sign } from '../../platform/crypto.ts';
import { authAdapter } from './auth-adapter.ts';
import { passkeyPlugin } from './passkey-plugin.ts';

const SESSION_SECONDS = 14 * 86_400;
const PASSWORD_CHARACTERS_MIN = 10;
/** A person who mistypes may try again at once; somebody who guesses may not. */
const SIGN_INS_PER_MINUTE = 10;
/** A page that waits for a passkey asks for a challenge now and then, and again for each try. */
const CHALLENGES_PER_MINUTE = 30;

/** Under this path the routes of signing in and out live; the server mounts them. */
export const AUTH_PATH = '/api/auth';
/** Carries the caller's address; the server sets it on every request, whatever the client sent. */
export const ADDRESS_HEADER = 'x-carillon-client';

export type Auth = ReturnType<typeof createAuth>;

/**
 * Sessions, passwords and who comes with a passkey, by better-auth over our tables. Nobody signs up by themselves: the owner is made at the first
 * visit, and makes the others. What a role may do is not its business.
 */
export function createAuth(ctx: Context) {
  // Without the path that the public URL may have: the library would look for its routes under it.
  const { origin, protocol } = new URL(ctx.config.publicUrl);
  return betterAuth({
    appName: 'Carillon',
    baseURL: origin,
    basePath: AUTH_PATH,
    secret: sign(ctx.secret, 'console sessions').toString('base64url'),
    database: authAdapter(ctx.db),
    telemetry: { enabled: false },
    logger: { log: (level, message) => ctx.log[level === 'error' ? 'error' : 'debug']({ from: 'sign-in' }, message) },
    trustedOrigins: async (request) => [origin, ...(request ? ownOrigins(request) : [])],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_CHARACTERS_MIN,
      maxPasswordLength: 200,
    },
    user: { additionalFields: { role: { type: [...Role.options], required: true, input: false } } },
    session: { expiresIn: SESSION_SECONDS, updateAge: 86_400, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: 60, max: SIGN_INS_PER_MINUTE },
        '/sign-in/passkey': { window: 60, max: SIGN_INS_PER_MINUTE },
        '/sign-in/passkey/challenge': { window: 60, max: CHALLENGES_PER_MINUTE },
        '/change-password': { window: 60, max: SIGN_INS_PER_MINUTE },
      },
    },
    plugins: [passkeyPlugin(ctx)],
    hooks: { before: endOtherSessions },
    advanced: {
      // Said, because the library would look at the environment to decide.
      disableOriginCheck: false,
      cookiePrefix: 'carillon',
      useSecureCookies: protocol === 'https:',
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
  });
}

/** Whoever learned the former password may be signed in with it: a new one ends every other session, whatever the client says. */
const endOtherSessions = createAuthMiddleware(async ({ path, body }) =>
  path === '/change-password' ? { context: { body: { ...body, revokeOtherSessions: true } } } : undefined,
);

/** The address in the browser's bar, which may be another name of this machine than the public one. */
function ownOrigins(request: Request): string[] {
  const host = request.headers.get('host');
  return host === null ? [] : [`http://${host}`, `https://${host}`];
}
