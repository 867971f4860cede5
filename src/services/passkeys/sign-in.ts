import type { Context } from '../../platform/context.ts';
import { sameBytes } from '../../platform/crypto.ts';
import { challengeIn, type SignedChallenge } from './answer.ts';
import type { OpenSite } from './challenge.ts';
import { type CredentialRow, markRefused, raiseCounter, selectCredential, takeChallenge } from './store.ts';

/**
 * Whom a signed challenge shows to be there. `late`: the challenge expired or was answered before; `unknown`: no passkey of this site,
 * or not signed with it by its owner; `copied`: the device has counted fewer uses than we have, so there is a second one.
 */
export type PasskeySignIn =
  | { readonly kind: 'known'; readonly userId: string }
  | { readonly kind: 'late' | 'unknown' }
  | { readonly kind: 'copied'; readonly email: string };

/** Says who signed a challenge. The challenge is taken before anything is looked at, so an answer can be tried once. */
export async function signInWithPasskey(
  ctx: Context,
  { site, answer }: { readonly site: OpenSite; readonly answer: SignedChallenge },
): Promise<PasskeySignIn> {
  const challenge = challengeIn(answer);
  const now = ctx.clock.now();
  if (challenge === undefined) return { kind: 'unknown' };
  if (!(await takeChallenge(ctx.db, { challenge, userId: null, now }))) return { kind: 'late' };
  const passkey = await selectCredential(ctx.db, Buffer.from(answer.id, 'base64url'));
  if (!passkey || passkey.site !== site.host || !isOwner(passkey, answer)) return { kind: 'unknown' };
  const counter = await signedCounter(ctx, { passkey, site, answer, challenge });
  if (counter === undefined) return { kind: 'unknown' };
  if (await raiseCounter(ctx.db, passkey.passkey_id, { counter, now })) {
    return { kind: 'known', userId: passkey.user_id };
  }
  await markRefused(ctx.db, passkey.passkey_id, now);
  ctx.log.warn({ passkey: passkey.passkey_id, counter }, 'A passkey was refused: its counter did not go on.');
  return { kind: 'copied', email: passkey.email };
}

function isOwner(passkey: CredentialRow, { response }: SignedChallenge): boolean {
  return sameBytes(Buffer.from(response.userHandle, 'base64url'), Buffer.from(passkey.user_id));
}

/** What the device has counted, when it is the passkey's and signed this challenge at this site; undefined otherwise. */
async function signedCounter(
  ctx: Context,
  input: {
    readonly passkey: CredentialRow;
    readonly site: OpenSite;
    readonly answer: SignedChallenge;
    readonly challenge: string;
  },
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: input.answer,
      expectedChallenge: input.challenge,
      expectedOrigin: input.site.origin,
      expectedRPID: input.site.host,
      requireUserVerification: true,
      // The counter is compared where it is raised, in one statement, and after the signature: nobody else can have a passkey refused.
      credential: { id: input.answer.id, publicKey: new Uint8Array(input.passkey.public_key), counter: 0 },
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch (error) {
    // The library throws for whatever is wrong with an answer; who sent it learns only that it is not right.
    ctx.log.debug({ err: error }, 'A passkey was not accepted.');
    return undefined;
  }
}
