import { isMailable, normaliseEmail } from '../../core/channels/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { MessageRecipient } from '../../core/messages/index.ts';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { resolveIdentities } from '../profiles/index.ts';
import { findPeople } from './store.ts';

/** A recipient as far as the person goes; `profileId` 0: nobody is known by what the call says. */
export type Addressee = {
  readonly bucket: number;
  readonly profileId: number;
  /** The address that the call names. */
  readonly address: string | null;
};

/**
 * Whom each recipient means: by identity, else by address; an address that nobody has makes a person. A fixed number of statements
 * for any number of recipients.
 */
export async function resolveRecipients(
  tx: Transaction,
  recipients: readonly MessageRecipient[],
  now: Instant,
): Promise<Addressee[]> {
  const wanted = recipients.map((recipient) => identitiesOf(recipient));
  const found = await findPeople(tx, wanted.flat());
  let next = 0;
  const people = wanted.map((identities) => {
    const theirs = found.slice(next, next + identities.length);
    next += identities.length;
    return theirs.find((place) => place !== undefined);
  });
  const unknown = recipients.flatMap((recipient, index) =>
    people[index] === undefined ? (emailsOf(recipient)[0] ?? []) : [],
  );
  const made = unknown.length > 0 ? await resolveIdentities(tx, 'email', [...new Set(unknown)], { now }) : new Map();
  return recipients.map((recipient, index) => {
    const address = recipient.email?.trim() ?? null;
    const place = people[index] ?? made.get(emailsOf(recipient)[0] ?? '');
    if (place) return { bucket: place.bucket, profileId: place.profileId, address };
    const [first] = wanted[index] ?? [];
    return { bucket: first ? bucketOf(first.namespace, first.value) : 0, profileId: 0, address };
  });
}

/** In the order in which they are believed. */
function identitiesOf(recipient: MessageRecipient): { namespace: string; value: string }[] {
  const { identity } = recipient;
  const value = identity && normaliseIdentity(identity.namespace, identity.value);
  return [
    ...(identity && value !== undefined ? [{ namespace: identity.namespace, value }] : []),
    ...emailsOf(recipient).map((email) => ({ namespace: 'email', value: email })),
  ];
}

/** The address as events and imports know it, which is as it is written; and with its domain in ASCII form, where that is another text. */
function emailsOf({ email = '' }: MessageRecipient): string[] {
  const written = isMailable(email.trim()) ? normaliseIdentity('email', email) : undefined;
  return written === undefined ? [] : [...new Set([written, normaliseEmail(email)])];
}
