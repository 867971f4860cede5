import type { InboxItem } from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** A bucket that has something to do, and since when it waits. */
export type Work = {
  readonly bucket: number;
  /** When its oldest item arrived. */
  readonly itemAt: Date | null;
  /** The earliest timer of its people, due or not. */
  readonly wakeAt: Date | null;
  /** Its rows are not yet brought up to the rules in force. */
  readonly lags: boolean;
};

/** What every bucket has to do; one probe of an index per bucket and kind of work, however much there is. */
export async function findWork(db: Queryable): Promise<Work[]> {
  return db.query(sql`
    select b.bucket, i.received_at as "itemAt", least(j.wake_at, s.wake_at) as "wakeAt", b.epoch < e.epoch as lags
    from bucket b
      cross join live_epoch e
      left join lateral (select received_at from inbox where inbox.bucket = b.bucket order by inbox_id limit 1) i on true
      left join lateral (select wake_at from journey_instance w
        where w.bucket = b.bucket and w.wake_at is not null order by w.wake_at limit 1) j on true
      left join lateral (select wake_at from profile_state w
        where w.bucket = b.bucket and w.wake_at is not null order by w.wake_at limit 1) s on true
    where i.received_at is not null or j.wake_at is not null or s.wake_at is not null or b.epoch < e.epoch`);
}

/**
 * What holds for one turn: a worker that is frozen or cut off loses its transaction, and with it its buckets, after `timeoutMs`; a
 * commit need not wait for the disk, because what is lost with it is the deletion of the items too; and the planner is not left to
 * choose, because queues grow and empty faster than statistics follow.
 */
export async function beginTurn(tx: Queryable, timeoutMs: number): Promise<void> {
  await tx.execute(sql`
    select set_config('idle_in_transaction_session_timeout', ${String(timeoutMs)}, true),
      set_config('tcp_user_timeout', ${String(timeoutMs)}, true), set_config('synchronous_commit', 'off', true),
      set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
      set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`);
}

/** Of some buckets those that nobody else works on; locked until the transaction ends. */
export async function lockBuckets(
  tx: Queryable,
  buckets: readonly number[],
): Promise<{ bucket: number; epoch: number }[]> {
  return tx.query(sql`
    select bucket, epoch from bucket where bucket = any(${buckets}::smallint[]) order by bucket for update skip locked`);
}

export type InboxRow = {
  readonly bucket: number;
  readonly inboxId: number;
  readonly profileId: number | null;
  readonly item: InboxItem;
  readonly receivedAt: Date;
};

/** Takes the oldest items of each bucket out of it; a rollback puts them back. In no order. */
export async function takeItems(tx: Queryable, buckets: readonly number[], perBucket: number): Promise<InboxRow[]> {
  return tx.query(sql`
    with oldest as materialized (
      select i.bucket, i.inbox_id
      from unnest(${buckets}::smallint[]) b (bucket)
        cross join lateral (
          select bucket, inbox_id from inbox where inbox.bucket = b.bucket order by inbox_id limit ${perBucket}) i)
    delete from inbox i using oldest o where i.bucket = o.bucket and i.inbox_id = o.inbox_id
    returning i.bucket, i.inbox_id as "inboxId", i.profile_id as "profileId", i.body as item, i.received_at as "receivedAt"`);
}

export type Place = { readonly bucket: number; readonly profileId: number };

/** People of some buckets for whom it is time, those who wait longest first. */
export async function readDue(
  tx: Queryable,
  buckets: readonly number[],
  perBucket: number,
  now: Instant,
): Promise<Place[]> {
  const at = new Date(now);
  return tx.query(sql`
    select distinct d.bucket, d.profile_id as "profileId"
    from unnest(${buckets}::smallint[]) b (bucket)
      cross join lateral (
        (select bucket, profile_id from journey_instance w
          where w.bucket = b.bucket and w.wake_at is not null and w.wake_at <= ${at} order by w.wake_at limit ${perBucket})
        union all
        (select bucket, profile_id from profile_state w
          where w.bucket = b.bucket and w.wake_at is not null and w.wake_at <= ${at} order by w.wake_at limit ${perBucket})) d`);
}

/** Remembers message ids; answers the positions of those that were not known yet. Ids of one call are distinct. */
export async function rememberMessages(
  tx: Queryable,
  messages: readonly { readonly bucket: number; readonly key: string }[],
  days: { readonly today: string; readonly yesterday: string },
): Promise<Set<string>> {
  if (messages.length === 0) return new Set();
  const rows = await tx.query<{ bucket: number; key: string }>(sql`
    insert into seen_message (bucket, message_key, seen_on)
    select m.bucket, m.key, ${days.today}::date
    from unnest(${messages.map((one) => one.bucket)}::smallint[], ${messages.map((one) => one.key)}::uuid[]) m (bucket, key)
    where not exists (
      select from seen_message s where s.bucket = m.bucket and s.message_key = m.key and s.seen_on = ${days.yesterday}::date)
    on conflict do nothing
    returning bucket, message_key as key`);
  return new Set(rows.map((row) => `${row.bucket} ${row.key}`));
}

/** Forgets message ids, so that what could not be processed can come again. */
export async function forgetMessages(
  tx: Queryable,
  messages: readonly { readonly bucket: number; readonly key: string }[],
): Promise<void> {
  await tx.execute(sql`
    delete from seen_message s
    using unnest(${messages.map((one) => one.bucket)}::smallint[], ${messages.map((one) => one.key)}::uuid[]) m (bucket, key)
    where s.bucket = m.bucket and s.message_key = m.key`);
}
