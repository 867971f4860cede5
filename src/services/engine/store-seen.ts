import type { Instant } from '../../core/kernel/index.ts';
import { id, literal, prepared, type Queryable, raw, smallints, sql, uuids } from '../../platform/sql/index.ts';

/** `key`: 32 hexadecimal digits. */
type Message = { readonly bucket: number; readonly key: string };

const DAY_MS = 86_400_000;
/** Today's and yesterday's are asked, and the next, which is made ahead: by another clock it may have begun. */
const KEPT_DAYS = 2;

const dayOf = (instant: Instant) => new Date(instant).toISOString().slice(0, 10);
const partitionOf = (day: string) => `seen_message_${day.replaceAll('-', '_')}`;

/**
 * Remembers message ids; answers the positions of those that were known from today or yesterday, or from a clock that is fast. The ids of one call are distinct, and
 * the caller holds the locks of their buckets.
 */
export async function rememberMessages(
  tx: Queryable,
  messages: readonly Message[],
  now: Instant,
): Promise<Set<number>> {
  if (messages.length === 0) return new Set();
  const rows = await tx.query<{ position: number }>(prepared`
    with asked as materialized (
      select m.bucket, m.key, m.position, s.found
      from unnest(${smallints(messages.map((one) => one.bucket))}::smallint[], ${uuids(messages.map((one) => one.key))}::uuid[])
          with ordinality m (bucket, key, position)
        -- The limit keeps the planner from reading a whole day that it believes to be small.
        left join lateral (
          select true as found from seen_message s
          where s.bucket = m.bucket and s.message_key = m.key
            and s.seen_on in (${dayOf(now - DAY_MS)}::date, ${dayOf(now)}::date, ${dayOf(now + DAY_MS)}::date)
          limit 1) s on true),
    remembered as (
      insert into seen_message (bucket, message_key, seen_on)
      select bucket, key, ${dayOf(now)}::date from asked where found is null)
    select position from asked where found`);
  return new Set(rows.map((row) => row.position - 1));
}

/** Forgets message ids, so that what could not be processed can come again. */
export async function forgetMessages(tx: Queryable, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  await tx.execute(sql`
    delete from seen_message s
    using unnest(${smallints(messages.map((one) => one.bucket))}::smallint[], ${uuids(messages.map((one) => one.key))}::uuid[]) m (bucket, key)
    where s.bucket = m.bucket and s.message_key = m.key`);
}

const made = new WeakMap<object, Set<string>>();

/** Makes sure that there are partitions for yesterday, today and tomorrow. Call it outside of transactions that write. */
export async function ensureDayPartitions(db: Queryable, now: Instant): Promise<void> {
  const known = made.get(db) ?? new Set<string>();
  made.set(db, known);
  for (const instant of [now - DAY_MS, now, now + DAY_MS]) {
    const day = dayOf(instant);
    if (known.has(day)) continue;
    await db
      .execute(
        sql`create table if not exists ${id(partitionOf(day))} partition of seen_message
          for values from (${literal(day)}) to (${literal(dayOf(instant + DAY_MS))})`,
      )
      .catch((error: { code?: string }) => {
        // Two processes made it at once: either error means that the partition is there.
        if (error.code !== '42P07' && error.code !== '23505') throw error;
      });
    known.add(day);
  }
}

/**
 * Drops the partitions of days that nobody asks about any more: by this process's clock and by the database's own. A clock that is days
 * ahead must not make the others forget what they have just seen.
 */
export async function dropOldDays(db: Queryable, now: Instant): Promise<void> {
  const rows = await db.query<{ name: string }>(sql`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'seen_message'::regclass
      and c.relname < 'seen_message_' || to_char(
        least(${new Date(now)}::timestamptz, now()) at time zone 'utc' - make_interval(days => ${KEPT_DAYS}), 'YYYY_MM_DD')
    order by c.relname`);
  for (const { name } of rows) await db.execute(raw(`drop table if exists "${name}"`));
}
