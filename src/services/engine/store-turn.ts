import type { InboxItem } from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { prepared, type Queryable, smallints, sql } from '../../platform/sql/index.ts';

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

/**
 * What every bucket has to do; one probe of an index per bucket and kind of work, however much there is. Planned each time: outside of a
 * turn's settings a plan that was made over empty tables would read them whole when they are full.
 */
export async function findWork(db: Queryable): Promise<Work[]> {
  return db.query(
    sql`
    select b.bucket, i.received_at as "itemAt", least(j.wake_at, s.wake_at) as "wakeAt", b.epoch < e.epoch as lags
    from bucket b
      cross join live_epoch e
      left join lateral (select received_at from inbox where inbox.bucket = b.bucket order by inbox_id limit 1) i on true
      left join lateral (select wake_at from journey_instance w
        where w.bucket = b.bucket and w.wake_at is not null order by w.wake_at limit 1) j on true
      left join lateral (select wake_at from profile_state w
        where w.bucket = b.bucket and w.wake_at is not null order by w.wake_at limit 1) s on true
    where i.received_at is not null or j.wake_at is not null or s.wake_at is not null or b.epoch < e.epoch`,
    { prompt: true },
  );
}

/**
 * What holds for one turn: a worker that is frozen or cut off loses its transaction, and with it its buckets, after `timeoutMs`; a
 * commit need not wait for the disk, because what is lost with it is the deletion of the items too; and the planner is not left to
 * choose, because queues grow and empty faster than statistics follow.
 */
export async function beginTurn(tx: Queryable, timeoutMs: number): Promise<void> {
  await tx.execute(prepared`
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
  return tx.query(prepared`
    select bucket, epoch from bucket
    where bucket = any(${smallints(buckets)}::smallint[]) order by bucket for update skip locked`);
}

/**
 * The rules in force. Asked after the locks, in a statement of its own: whoever changes them holds every bucket, and the statement
 * that takes the locks still sees what was before.
 */
export async function readEpoch(tx: Queryable): Promise<number> {
  const { epoch } = await tx.one<{ epoch: number }>(prepared`select epoch from live_epoch`);
  return epoch;
}

export type InboxRow = {
  readonly bucket: number;
  readonly inboxId: number;
  readonly profileId: number | null;
  readonly item: InboxItem;
  readonly receivedAt: Date;
};

/**
 * Takes the oldest items of each bucket out of it; a rollback puts them back. In no order. They are deleted by where they lie: nobody
 * else deletes from buckets that are locked, and a row of an inbox never moves.
 */
export async function takeItems(tx: Queryable, buckets: readonly number[], perBucket: number): Promise<InboxRow[]> {
  return tx.query(prepared`
    with oldest as materialized (
      select i.row_at
      from unnest(${smallints(buckets)}::smallint[]) b (bucket)
        cross join lateral (
          select ctid as row_at from inbox where inbox.bucket = b.bucket order by inbox_id limit ${perBucket}) i)
    delete from inbox i using oldest o where i.ctid = o.row_at
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
  return tx.query(prepared`
    select distinct d.bucket, d.profile_id as "profileId"
    from unnest(${smallints(buckets)}::smallint[]) b (bucket)
      cross join lateral (
        (select bucket, profile_id from journey_instance w
          where w.bucket = b.bucket and w.wake_at is not null and w.wake_at <= ${at} order by w.wake_at limit ${perBucket})
        union all
        (select bucket, profile_id from profile_state w
          where w.bucket = b.bucket and w.wake_at is not null and w.wake_at <= ${at} order by w.wake_at limit ${perBucket})) d`);
}

export async function drawInstanceIds(db: Queryable, count: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    prepared`select nextval('journey_instance_id_seq') as id from generate_series(1, ${count}::int)`,
  );
  return rows.map((row) => row.id);
}

/** Ends the instances, and stops the clock of the person, whose time came first in a bucket; answers who that is. */
export async function endFirstDue(tx: Queryable, bucket: number, now: Instant): Promise<Place[]> {
  const at = new Date(now);
  return tx.query(sql`
    with first as materialized (
      select * from (
        (select bucket, profile_id, wake_at from journey_instance
          where bucket = ${bucket} and wake_at is not null and wake_at <= ${at} order by wake_at limit 1)
        union all
        (select bucket, profile_id, wake_at from profile_state
          where bucket = ${bucket} and wake_at is not null and wake_at <= ${at} order by wake_at limit 1)) due
      order by wake_at limit 1),
    ended as (
      update journey_instance i set state = 'ended', wake_at = null, ended_at = ${at}, end_reason = 'error'
      from first f where i.bucket = f.bucket and i.profile_id = f.profile_id and i.state = 'active' and i.wake_at <= ${at}),
    stopped as (
      update profile_state s set wake_at = null
      from first f where s.bucket = f.bucket and s.profile_id = f.profile_id and s.wake_at <= ${at})
    select bucket, profile_id as "profileId" from first`);
}
