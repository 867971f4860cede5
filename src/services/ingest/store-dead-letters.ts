import type { DeadLetterReason } from '../../core/ingest/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** How the body of a dead letter is read again. */
export type DeadLetterInlet = 'event' | 'import' | 'cloudevent' | 'webhook' | 'engine';

/** Something that could not be taken. */
export type DeadLetter = {
  readonly inlet: DeadLetterInlet;
  readonly source: string;
  readonly reason: DeadLetterReason;
  /** One sentence for people. */
  readonly detail: string;
  /** What arrived, as text; of the engine the inbox item as JSON. */
  readonly body: string;
  /** Of what the engine puts here: where it goes back to. */
  readonly owner?: { readonly bucket: number; readonly profileId: number | null };
  readonly sentAt?: Instant | undefined;
  readonly receivedAt: Instant;
};

export type DeadLetterRow = {
  readonly dead_letter_id: number;
  readonly inlet: DeadLetterInlet;
  readonly source: string;
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly body: string;
  readonly complete: boolean;
  readonly bucket: number | null;
  readonly profile_id: number | null;
  readonly sent_at: Date | null;
  readonly received_at: Date;
  readonly replayed_at: Date | null;
};

/** A longer body is cut: it can be looked at, not read again. */
const BODY_CHARS_MAX = 65_536;
const DETAIL_CHARS_MAX = 500;

export async function insertDeadLetters(tx: Queryable, letters: readonly DeadLetter[]): Promise<void> {
  const time = (instant: Instant | undefined) => (instant === undefined ? null : new Date(instant).toISOString());
  await tx.execute(sql`
    insert into dead_letter (inlet, source, reason, detail, body, complete, bucket, profile_id, sent_at, received_at)
    select * from unnest(
      ${letters.map(({ inlet }) => inlet)}::text[], ${letters.map(({ source }) => source)}::text[],
      ${letters.map(({ reason }) => reason)}::text[],
      ${letters.map(({ detail }) => storable(detail).slice(0, DETAIL_CHARS_MAX))}::text[],
      ${letters.map(({ body }) => storable(body).slice(0, BODY_CHARS_MAX))}::text[],
      ${letters.map(({ body }) => body.length <= BODY_CHARS_MAX)}::boolean[],
      ${letters.map(({ owner }) => owner?.bucket ?? null)}::smallint[],
      ${letters.map(({ owner }) => owner?.profileId ?? null)}::bigint[],
      ${letters.map(({ sentAt }) => time(sentAt))}::timestamptz[],
      ${letters.map(({ receivedAt }) => time(receivedAt))}::timestamptz[])`);
}

/** NUL cannot be stored; in JSON it is written as an escape, so only text that is no JSON loses anything. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}
