import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { Context } from '../../platform/context.ts';
import { randomSecret } from '../../platform/crypto.ts';
import { insertChallenge, selectCredentials } from './store.ts';

/** A site at which passkeys work. */
export type OpenSite = { readonly host: string; readonly origin: string };

/** Time enough to find one's phone, and too short to be of use to somebody who finds the answer. */
const CHALLENGE_MS = 5 * 60_000;
/** EdDSA, ES256 and RS256: every version of Node that we run on can verify them. */
export const ALGORITHMS = [-8, -7, -257] as const;

/** What a browser is to be asked so that a device makes a passkey that names its owner by itself. */
export async function challengeToAdd(
  ctx: Context,
  user: { readonly userId: string; readonly name: string; readonly email: string },
  site: OpenSite,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await selectCredentials(ctx.db, user.userId, site.host);
  return {
    rp: { id: site.host, name: 'Carillon' },
    user: { id: Buffer.from(user.userId).toString('base64url'), name: user.email, displayName: user.name },
    challenge: await newChallenge(ctx, user.userId),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_MS,
    excludeCredentials: known.map(({ credential_id, transports }) => ({
      type: 'public-key',
      id: credential_id.toString('base64url'),
      transports,
    })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  };
}

/** What a browser is to be asked so that somebody signs in, whoever they are. */
export async function challengeToSignIn(ctx: Context, site: OpenSite): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return {
    rpId: site.host,
    challenge: await newChallenge(ctx, null),
    timeout: CHALLENGE_MS,
    userVerification: 'required',
  };
}

async function newChallenge(ctx: Context, userId: string | null): Promise<string> {
  const challenge = randomSecret();
  const now = ctx.clock.now();
  await insertChallenge(ctx.db, { challenge, userId, expiresAt: now + CHALLENGE_MS, now });
  return challenge;
}
