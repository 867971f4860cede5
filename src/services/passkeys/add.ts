import { randomUUID } from 'node:crypto';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { challengeIn, type NewCredential } from './answer.ts';
import { ALGORITHMS, type OpenSite } from './challenge.ts';
import { countPasskeys, insertPasskey, lockUser, type PasskeyRow, takeChallenge } from './store.ts';

const PASSKEYS_MAX = 20;

/**
 * Keeps a passkey that a device has made for a user. @throws AppError `invalid` when it does not answer a challenge of theirs from this
 * site, by somebody whom the device knows; `conflict` when it is known already, or they have too many.
 */
export async function addPasskey(
  ctx: Context,
  input: {
    readonly userId: string;
    readonly site: OpenSite;
    readonly name: string;
    readonly credential: NewCredential;
  },
): Promise<PasskeyRow> {
  const { userId, site, name } = input;
  const { credential, transports } = await verified(ctx, input);
  return ctx.db.transaction(async (tx) => {
    await lockUser(tx, userId);
    if ((await countPasskeys(tx, userId)) >= PASSKEYS_MAX) {
      throw new AppError(
        'conflict',
        say('There are {count} passkeys already. Remove one that you do not use.', { count: PASSKEYS_MAX }),
      );
    }
    const row = await insertPasskey(tx, {
      passkeyId: randomUUID(),
      userId,
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      site: site.host,
      counter: credential.counter,
      transports,
      name,
      now: ctx.clock.now(),
    });
    if (!row) throw new AppError('conflict', say('This passkey is known already.'));
    return row;
  });
}

async function verified(ctx: Context, input: Parameters<typeof addPasskey>[1]) {
  const challenge = challengeIn(input.credential);
  const now = ctx.clock.now();
  const isOurs = challenge !== undefined && (await takeChallenge(ctx.db, { challenge, userId: input.userId, now }));
  if (!isOurs) throw new AppError('invalid', say('That took too long, or was answered before. Try again.'));
  // Whoever never adds a passkey need not wait for it to load.
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const answer = await verifyRegistrationResponse({
    response: input.credential,
    expectedChallenge: challenge,
    expectedOrigin: input.site.origin,
    expectedRPID: input.site.host,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...ALGORITHMS],
  }).catch((cause: unknown) => {
    throw new AppError('invalid', say('The passkey could not be verified.'), { cause });
  });
  if (!answer.verified) throw new AppError('invalid', say('The passkey could not be verified.'));
  return { credential: answer.registrationInfo.credential, transports: input.credential.response.transports };
}
