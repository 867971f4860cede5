import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, formCsrfMiddleware } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { siteAt } from '../../core/accounts/index.ts';
import type { Context } from '../../platform/context.ts';
import { challengeToSignIn, type OpenSite, SignedChallenge, signInWithPasskey } from '../passkeys/index.ts';
import { recordAudit } from './record-audit.ts';

const FORBIDDEN = 403;

/**
 * Signing in with a passkey, as routes of better-auth: it limits how often they are asked, looks where a request comes from and makes the
 * session. Its own plugin for passkeys is made for an older release than the one we run on, so the passkeys themselves are ours,
 * verified by @simplewebauthn/server.
 */
export function passkeyPlugin(ctx: Context) {
  return {
    id: 'carillon-passkeys',
    endpoints: {
      challengeForPasskey: createAuthEndpoint(
        '/sign-in/passkey/challenge',
        { method: 'POST', use: [formCsrfMiddleware], requireHeaders: true },
        async (call) => call.json(await challengeToSignIn(ctx, openSite(ctx, call.headers))),
      ),
      signInPasskey: createAuthEndpoint(
        '/sign-in/passkey',
        { method: 'POST', body: SignedChallenge, use: [formCsrfMiddleware], requireHeaders: true },
        async (call) => {
          const site = openSite(ctx, call.headers);
          const userId = await userOf(ctx, await signInWithPasskey(ctx, { site, answer: call.body }));
          const { internalAdapter } = call.context;
          const user = await internalAdapter.findUserById(userId);
          if (!user) throw refusal('UNAUTHORIZED', 'PASSKEY_UNKNOWN');
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(call, { session, user });
          return call.json({ user: { email: user.email, name: user.name } });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

/** @throws APIError when who signed is not to be let in; that a copy was tried is written down. */
async function userOf(ctx: Context, signIn: Awaited<ReturnType<typeof signInWithPasskey>>): Promise<string> {
  switch (signIn.kind) {
    case 'known':
      return signIn.userId;
    case 'late':
      throw refusal('BAD_REQUEST', 'CHALLENGE_EXPIRED');
    case 'unknown':
      throw refusal('UNAUTHORIZED', 'PASSKEY_UNKNOWN');
    case 'copied':
      await recordAudit(ctx, {
        actor: signIn.email,
        actor_kind: 'user',
        method: 'POST',
        path: '/api/auth/sign-in/passkey',
        status: FORBIDDEN,
      });
      throw refusal('FORBIDDEN', 'PASSKEY_COPIED');
  }
}

const REASONS = {
  CHALLENGE_EXPIRED: 'That took too long, or was answered before. Try again.',
  PASSKEY_UNKNOWN: 'This passkey is not known here.',
  PASSKEY_COPIED: 'This passkey may have been copied, so it is refused. Sign in with the password and remove it.',
  NO_PASSKEYS_HERE: 'Passkeys do not work at this address.',
} as const;

function refusal(status: 'BAD_REQUEST' | 'UNAUTHORIZED' | 'FORBIDDEN', code: keyof typeof REASONS): APIError {
  return new APIError(status, { code, message: REASONS[code] });
}

function openSite(ctx: Context, headers: Headers): OpenSite {
  const site = siteAt({ publicUrl: ctx.config.publicUrl, host: headers.get('host') ?? '' });
  if (site.kind === 'none') throw refusal('FORBIDDEN', 'NO_PASSKEYS_HERE');
  return site;
}
