import { inLanguage, type Wording } from '../kernel/index.ts';

/** Why an event was not taken. The closed list is what dead letters, counters and the documents name. */
export const REJECT_REASONS = [
  'invalid_json',
  'not_an_object',
  'too_large',
  'too_many_keys',
  'too_deep',
  'unknown_type',
  'missing_identity',
  'invalid_identity',
  'missing_event_name',
  'event_name_too_long',
  'missing_group_id',
  'invalid_timestamp',
  'timestamp_too_old',
  'not_a_cloud_event',
  'unmapped',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Why something is a dead letter: its reading failed, or the engine could not go on with it. */
export const DEAD_LETTER_REASONS = [...REJECT_REASONS, 'chain_too_long', 'not_processable'] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

export type Rejection = { readonly kind: 'rejected'; readonly reason: RejectReason; readonly detail: string };

export function reject(reason: RejectReason, wording: Wording): Rejection {
  return { kind: 'rejected', reason, detail: inLanguage(wording) };
}
