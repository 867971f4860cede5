import type { DeadLetterReason } from '../../core/ingest/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { join, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

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

export type DeadLetterFilter = {
  readonly source?: string | undefined;
  readonly reason?: string | undefined;
  /** Only those read again, or only those not. */
  readonly replayed?: boolean | undefined;
  readonly ids?: readonly number[] | undefined;
};

function matching(filter: DeadLetterFilter): Sql {
  const conditions = [sql`true`];
  if (filter.source !== undefined) conditions.push(sql`source = ${filter.source}`);
  if (filter.reason !== undefined) conditions.push(sql`reason = ${filter.reason}`);
  if (filter.replayed === true) conditions.push(sql`replayed_at is not null`);
  if (filter.replayed === false) conditions.push(sql`replayed_at is null`);
  if (filter.ids !== undefined) conditions.push(sql`dead_letter_id = any (${filter.ids}::bigint[])`);
  return join(conditions, ' and ');
}

const COLUMNS = sql`dead_letter_id, inlet, source, reason, detail, body, complete, bucket, profile_id, sent_at, received_at,
  replayed_at`;

/** Newest first. */
export function selectDeadLetters(
  db: Queryable,
  page: DeadLetterFilter & { readonly before: number | undefined; readonly limit: number },
): Promise<DeadLetterRow[]> {
  return db.query<DeadLetterRow>(sql`
    select ${COLUMNS} from dead_letter
    where ${matching(page)} and dead_letter_id < ${page.before ?? Number.MAX_SAFE_INTEGER}
    order by dead_letter_id desc
    limit ${page.limit}`);
}

/** The oldest that can be read again, locked; those that another replay holds are left to it. */
export function takeDeadLetters(
  tx: Queryable,
  filter: DeadLetterFilter & { readonly after: number; readonly limit: number },
): Promise<DeadLetterRow[]> {
  return tx.query<DeadLetterRow>(sql`
    select ${COLUMNS} from dead_letter
    where ${matching({ ...filter, replayed: false })} and complete and dead_letter_id > ${filter.after}
    order by dead_letter_id
    limit ${filter.limit}
    for update skip locked`);
}

export async function markReplayed(tx: Queryable, ids: readonly number[], now: Instant): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`
    update dead_letter set replayed_at = ${new Date(now)} where dead_letter_id = any (${ids}::bigint[])`);
}

/** What is still wrong with them, by the present code. */
export async function updateReasons(
  tx: Queryable,
  letters: readonly { readonly id: number; readonly reason: DeadLetterReason; readonly detail: string }[],
): Promise<void> {
  if (letters.length === 0) return;
  await tx.execute(sql`
    update dead_letter d set reason = n.reason, detail = n.detail
    from unnest(${letters.map(({ id }) => id)}::bigint[], ${letters.map(({ reason }) => reason)}::text[],
      ${letters.map(({ detail }) => storable(detail).slice(0, DETAIL_CHARS_MAX))}::text[]) n (id, reason, detail)
    where d.dead_letter_id = n.id`);
}

/** Deletes at most `limit` that arrived before `before`; the number of them. */
export function deleteDeadLetters(db: Queryable, before: Instant, limit: number): Promise<number> {
  return db.execute(sql`
    delete from dead_letter where dead_letter_id in (
      select dead_letter_id from dead_letter where received_at < ${new Date(before)} limit ${limit})`);
}
