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

/** The numbers of the oldest items of a bucket. */
export async function readOldest(db: Queryable, bucket: number, limit: number): Promise<number[]> {
  if (limit === 0) return [];
  const rows = await db.query<{ id: number }>(
    sql`select inbox_id as id from inbox where bucket = ${bucket} order by inbox_id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** Takes these items out of a bucket, those of them that are still there. */
export async function takeThese(tx: Queryable, bucket: number, inboxIds: readonly number[]): Promise<InboxRow[]> {
  return tx.query(sql`
    delete from inbox where bucket = ${bucket} and inbox_id = any(${inboxIds}::bigint[])
    returning bucket, inbox_id as "inboxId", profile_id as "profileId", body as item, received_at as "receivedAt"`);
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

/** Stops the clock of a person and closes the instances that are due, without a look at what is in them. How many there were. */
export async function stopDue(tx: Queryable, { bucket, profileId }: Place, now: Instant): Promise<number> {
  const at = new Date(now);
  const { stopped } = await tx.one<{ stopped: number }>(sql`
    with ended as (
      update journey_instance set state = 'ended', wake_at = null, nodes = null, ended_at = ${at}, end_reason = 'error'
      where bucket = ${bucket} and profile_id = ${profileId} and state <> 'ended' and wake_at <= ${at}
      returning 1),
    stopped as (
      update profile_state set wake_at = null
      where bucket = ${bucket} and profile_id = ${profileId} and wake_at <= ${at}
      returning 1)
    select (select count(*) from ended) + (select count(*) from stopped) as stopped`);
  return stopped;
}
