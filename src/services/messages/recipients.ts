import { isMailable, normaliseEmail } from '../../core/channels/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { MessageRecipient } from '../../core/messages/index.ts';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { resolveIdentities } from '../profiles/index.ts';
import { type About, findPeople, type RecipientFacts, readFacts, type WantedIdentity } from './store.ts';

/** A recipient as far as the person goes; `profileId` 0: nobody is known by what the call says. */
export type Addressee = {
  readonly bucket: number;
  readonly profileId: number;
  /** The address that the call names. */
  readonly address: string | null;
  readonly facts: RecipientFacts;
};

/**
 * Whom each recipient means: by identity, else by address; an address that nobody has makes a person. A fixed number of statements
 * for any number of recipients: one when everybody is known.
 */
export async function resolveRecipients(
  tx: Transaction,
  recipients: readonly MessageRecipient[],
  { now, ...about }: About & { readonly now: Instant },
): Promise<Addressee[]> {
  const wanted = recipients.map((recipient) => identitiesOf(recipient));
  const found = await findPeople(tx, wanted.flat(), about);
  let next = 0;
  const known = wanted.map((identities, index): Addressee | undefined => {
    const theirs = found.slice(next, next + identities.length);
    next += identities.length;
    const person = theirs.find((one) => one !== undefined);
    if (!person) return undefined;
    const { bucket, profileId, ...facts } = person;
    return { bucket, profileId, address: addressOf(recipients[index]), facts };
  });
  const strangers = recipients.filter((_, index) => known[index] === undefined);
  if (strangers.length === 0) return known.flatMap((one) => one ?? []);
  const met = (await meet(tx, strangers, { now, ...about }))[Symbol.iterator]();
  return known.flatMap((one) => one ?? met.next().value ?? []);
}

/** Recipients whom nobody knows yet: an address makes a person. */
async function meet(
  tx: Transaction,
  strangers: readonly MessageRecipient[],
  { now, ...about }: About & { readonly now: Instant },
): Promise<Addressee[]> {
  const emails = strangers.flatMap((recipient) => emailsOf(recipient)[0] ?? []);
  const made = emails.length > 0 ? await resolveIdentities(tx, 'email', [...new Set(emails)], { now }) : new Map();
  const places = strangers.map((recipient) => {
    const { bucket, profileId } = made.get(emailsOf(recipient)[0] ?? '') ?? nowhere(recipient);
    return { bucket, profileId, address: addressOf(recipient) };
  });
  const facts = await readFacts(tx, places, about);
  return places.map((place, index) => ({ ...place, facts: facts[index] ?? NOTHING_KNOWN }));
}

const NOTHING_KNOWN: RecipientFacts = { found: false, email: null, suppressed: false, values: [], consents: [] };

function nowhere(recipient: MessageRecipient): { readonly bucket: number; readonly profileId: number } {
  const [first] = identitiesOf(recipient);
  return { bucket: first ? bucketOf(first.namespace, first.value) : 0, profileId: 0 };
}

function addressOf(recipient: MessageRecipient | undefined): string | null {
  return recipient?.email?.trim() ?? null;
}

/** In the order in which they are believed. */
function identitiesOf(recipient: MessageRecipient): WantedIdentity[] {
  const { identity } = recipient;
  const address = addressOf(recipient);
  const value = identity && normaliseIdentity(identity.namespace, identity.value);
  return [
    ...(identity && value !== undefined ? [{ namespace: identity.namespace, value, address }] : []),
    ...emailsOf(recipient).map((email) => ({ namespace: 'email', value: email, address })),
  ];
}

/** The address as events and imports know it, which is as it is written; and with its domain in ASCII form, where that is another text. */
function emailsOf({ email = '' }: MessageRecipient): string[] {
  const written = isMailable(email.trim()) ? normaliseIdentity('email', email) : undefined;
  return written === undefined ? [] : [...new Set([written, normaliseEmail(email)])];
}
