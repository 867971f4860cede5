/** Why a value or a row of a file could not be taken. Part of the public contract: stored, exported and counted by this name. */
export type RejectReason =
  | 'column_count'
  | 'unbalanced_quotes'
  | 'line_too_long'
  | 'nul_character'
  | 'invalid_encoding'
  | 'not_an_integer'
  | 'not_a_number'
  | 'not_a_boolean'
  | 'not_a_date'
  | 'not_a_timestamp'
  | 'not_json'
  | 'not_an_object'
  | 'out_of_range'
  | 'imprecise_number'
  | 'too_long'
  | 'missing_key'
  | 'missing_value'
  | 'missing_identity'
  | 'unknown_change'
  | 'unknown_consent'
  | 'identity_conflict'
  | 'invalid_identity'
  | 'invalid_phone'
  | 'unknown_identity';

/** A value that was refused: what a converter answers instead of a text. */
export type Refusal = { readonly reason: RejectReason };

const refusals = new Map<RejectReason, Refusal>();

/** The one object that stands for a reason, so that refusing a value allocates nothing. */
export function refuse(reason: RejectReason): Refusal {
  const known = refusals.get(reason) ?? { reason };
  refusals.set(reason, known);
  return known;
}

/** One refused value of one line. */
export type Reject = {
  readonly line: number;
  /** Empty when the line as a whole is at fault. */
  readonly column: string;
  readonly value: string;
  readonly reason: RejectReason;
};

/** What is kept of a refused value. */
export const REJECTED_VALUE_CHARS_MAX = 200;

export function rejectOf(line: number, column: string, value: string, reason: RejectReason): Reject {
  return { line, column, value: value.slice(0, REJECTED_VALUE_CHARS_MAX).replaceAll('\0', '\uFFFD'), reason };
}
