import { isMailable } from '../channels/index.ts';
import { type ConsentMode, type ConsentStatus, consentAllows } from '../consent/index.ts';
import type { ExclusionReason } from './send.ts';

/** What is known of one person when a message to them is about to be queued. */
export type RecipientFacts = {
  /** The address as it stands in the profile, or the one that the step or the call names. */
  readonly address: string | null | undefined;
  /** Whether that address is suppressed on the channel. */
  readonly suppressed: boolean;
  readonly consents: readonly {
    readonly channel: string;
    readonly topic: string;
    readonly status: ConsentStatus;
  }[];
  readonly send: { readonly channel: string; readonly topic: string; readonly consent: ConsentMode };
};

export type RecipientVerdict =
  | { readonly kind: 'queue'; readonly address: string }
  | { readonly kind: 'exclude'; readonly reason: ExclusionReason };

/**
 * Whether one person gets a message, and the first reason why not, in the order in which sends of campaigns look at them: the same
 * judgement as that of a whole population in SQL (a property test compares the two). A population's own reasons, `no_profile` and
 * `duplicate`, do not arise for one person.
 */
export function judgeRecipient({ address, suppressed, consents, send }: RecipientFacts): RecipientVerdict {
  // Spaces only, as btrim does.
  const trimmed = (address ?? '').replace(/^ +| +$/g, '');
  if (trimmed === '') return { kind: 'exclude', reason: 'no_address' };
  if (!isMailable(trimmed)) return { kind: 'exclude', reason: 'invalid_address' };
  if (suppressed) return { kind: 'exclude', reason: 'suppressed' };
  const said = (topic: string) =>
    consents.find((consent) => consent.channel === send.channel && consent.topic === topic)?.status;
  const given = { channel: said(''), topic: send.topic === '' ? undefined : said(send.topic) };
  if (!consentAllows(send.consent, given)) return { kind: 'exclude', reason: 'no_consent' };
  return { kind: 'queue', address: trimmed };
}
