// Owns: the SQL that makes two profiles one, table by table, inside a transaction that holds both buckets.
// Does not own: which of the two survives, and whether they may be merged (core/identity).

import type { MergeCause, Place } from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { Move } from './move-person.ts';

/** Waits for the engine to be done with these buckets. Ascending, so that two who lock several never wait for each other. */
export async function lockBuckets(tx: Queryable, buckets: readonly number[]): Promise<void> {
  await tx.execute(
    sql`select bucket from bucket where bucket = any(${buckets}::smallint[]) order by bucket for update`,
  );
}

export async function createdAtOf(
  tx: Queryable,
  { bucket, profileId }: Place,
): Promise<{ createdAt: Date } | undefined> {
  return tx.maybeOne(sql`
    select created_at as "createdAt" from profile where bucket = ${bucket} and profile_id = ${profileId} for update`);
}

/** Of the columns and traits that both have, those of the profile that was changed last, or that stays; of the others, what is known. */
export async function mergeProfileRows(
  tx: Queryable,
  { from, to }: Move,
  { traits, now }: { readonly traits: 'newest' | 'survivor'; readonly now: Instant },
): Promise<void> {
  const goneWins = traits === 'newest' ? sql`gone.updated_at > p.updated_at` : sql`false`;
  await tx.execute(sql`
    with gone as (
      delete from profile where bucket = ${from.bucket} and profile_id = ${from.profileId} returning *)
    update profile p
    set email = case when ${goneWins} then coalesce(gone.email, p.email) else coalesce(p.email, gone.email) end,
      phone = case when ${goneWins} then coalesce(gone.phone, p.phone) else coalesce(p.phone, gone.phone) end,
      locale = case when ${goneWins} then coalesce(gone.locale, p.locale) else coalesce(p.locale, gone.locale) end,
      time_zone = case when ${goneWins}
        then coalesce(gone.time_zone, p.time_zone) else coalesce(p.time_zone, gone.time_zone) end,
      traits = case when ${goneWins} then p.traits || gone.traits else gone.traits || p.traits end,
      created_at = least(gone.created_at, p.created_at), updated_at = ${new Date(now)}
    from gone where p.bucket = ${to.bucket} and p.profile_id = ${to.profileId}`);
}

/** Identities wherever they live: their rows stay in their homes and name the survivor from now on. */
export async function repointIdentities(tx: Queryable, { from, to }: Move): Promise<number> {
  return tx.execute(sql`
    update identity set profile_bucket = ${to.bucket}, profile_id = ${to.profileId}
    where profile_bucket = ${from.bucket} and profile_id = ${from.profileId}`);
}

/** A merge never lets somebody be written to who refused as one of the two. */
export async function mergeConsents(tx: Queryable, { from, to }: Move): Promise<void> {
  await tx.execute(sql`
    with gone as (delete from consent where bucket = ${from.bucket} and profile_id = ${from.profileId} returning *)
    insert into consent as kept (bucket, profile_id, channel, topic, status, source, updated_at)
    select ${to.bucket}::smallint, ${to.profileId}::bigint, channel, topic, status, source, updated_at from gone
    on conflict (bucket, profile_id, channel, topic) do update
      set status = excluded.status, source = excluded.source, updated_at = excluded.updated_at
      where case when kept.status = excluded.status then kept.updated_at < excluded.updated_at else excluded.status = 'refused' end`);
}

/** In every audience that one of the two is in, since the earlier of both; what rules say of the two together is judged afterwards. */
export async function mergeMemberships(tx: Queryable, { from, to }: Move): Promise<void> {
  await tx.execute(sql`
    with gone as (delete from audience_member where bucket = ${from.bucket} and profile_id = ${from.profileId} returning *)
    insert into audience_member as kept (bucket, audience_key, profile_id, since, run_id, columns)
    select ${to.bucket}::smallint, audience_key, ${to.profileId}::bigint, since, run_id, columns from gone
    on conflict (bucket, audience_key, profile_id) do update set since = excluded.since where excluded.since < kept.since`);
}

/** Memberships like those of the table; metrics are the survivor's own until they are folded anew. */
export async function mergeStates(tx: Queryable, { from, to }: Move): Promise<void> {
  await tx.execute(sql`
    with gone as (delete from profile_state where bucket = ${from.bucket} and profile_id = ${from.profileId} returning *)
    insert into profile_state as kept (bucket, profile_id, metrics, audiences, wake_at)
    select ${to.bucket}::smallint, ${to.profileId}::bigint, '{}', audiences, wake_at from gone
    on conflict (bucket, profile_id) do update set wake_at = least(kept.wake_at, excluded.wake_at), audiences = (
      select coalesce(json_object_agg(key, since), '{}')
      from (
        select key, min(value::text::numeric) as since
        from (select * from json_each(kept.audiences) union all select * from json_each(excluded.audiences)) e group by key) merged)`);
}

/**
 * Has what rules know of a person made anew from the history that the person has now, before anything else that waits for them: judged
 * by the metrics of one of the two alone, they would leave audiences and enter them again. The caller holds the bucket. Its number is
 * below zero: every other has been given, or is about to be, to somebody's item, here or in an inbox from which it may be moved here.
 */
export async function refoldFirst(tx: Queryable, { bucket, profileId }: Place, now: Instant): Promise<void> {
  await tx.execute(sql`
    insert into inbox (bucket, inbox_id, profile_id, body, received_at)
    select ${bucket}, least(0, (select min(inbox_id) from inbox where bucket = ${bucket})) - 1, ${profileId},
      '{"kind":"touch","cause":"merge","refold":true}', ${new Date(now)}`);
}

/** The tombstone; those of profiles that were merged into this one before are moved on, so that following one is one step. */
export async function insertAlias(tx: Queryable, { from, to }: Move, cause: MergeCause, now: Instant): Promise<void> {
  await tx.execute(sql`
    with moved as (
      update profile_alias set to_bucket = ${to.bucket}, to_profile_id = ${to.profileId}
      where to_bucket = ${from.bucket} and to_profile_id = ${from.profileId})
    insert into profile_alias (bucket, profile_id, to_bucket, to_profile_id, cause, merged_at)
    values (${from.bucket}, ${from.profileId}, ${to.bucket}, ${to.profileId}, ${cause}, ${new Date(now)})`);
}

export type MergeRequest = { readonly from: Place; readonly into: Place; readonly cause: 'event' | 'alias' };

type RequestRow = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly other_bucket: number;
  readonly other_profile_id: number;
  readonly cause: 'event' | 'alias';
};

export async function readMergeRequests(db: Queryable, limit: number): Promise<MergeRequest[]> {
  const rows = await db.query<RequestRow>(sql`
    select bucket, profile_id, other_bucket, other_profile_id, cause from merge_request order by requested_at limit ${limit}`);
  return rows.map((row) => ({
    from: { bucket: row.bucket, profileId: row.profile_id },
    into: { bucket: row.other_bucket, profileId: row.other_profile_id },
    cause: row.cause,
  }));
}

/** The cause is that with which it was performed: one that became an alias in between stays. */
export async function deleteMergeRequest(tx: Queryable, { from, into, cause }: MergeRequest): Promise<void> {
  await tx.execute(sql`
    delete from merge_request
    where bucket = ${from.bucket} and profile_id = ${from.profileId} and other_bucket = ${into.bucket}
      and other_profile_id = ${into.profileId} and cause = ${cause}`);
}

/** To the end of the queue, so that one that fails does not stand in the way of others. */
export async function postponeMergeRequest(db: Queryable, { from, into }: MergeRequest, now: Instant): Promise<void> {
  await db.execute(sql`
    update merge_request set requested_at = ${new Date(now)}
    where bucket = ${from.bucket} and profile_id = ${from.profileId} and other_bucket = ${into.bucket}
      and other_profile_id = ${into.profileId}`);
}

export type Sweep = { readonly from: Place; readonly to: Place | undefined };

/** To look once more at what late writers leave with a profile that is gone. `to`: what it became, none when it was deleted. */
export async function planSweep(tx: Queryable, { from, to }: Sweep, dueAt: Instant): Promise<void> {
  await tx.execute(sql`
    insert into profile_sweep (bucket, profile_id, to_bucket, to_profile_id, due_at)
    values (${from.bucket}, ${from.profileId}, ${to?.bucket ?? null}, ${to?.profileId ?? null}, ${new Date(dueAt)})
    on conflict (bucket, profile_id) do update
      set to_bucket = excluded.to_bucket, to_profile_id = excluded.to_profile_id, due_at = excluded.due_at`);
}

export async function readDueSweeps(db: Queryable, now: Instant, limit: number): Promise<Sweep[]> {
  const rows = await db.query<Place & { toBucket: number | null; toProfileId: number | null }>(sql`
    select bucket, profile_id as "profileId", to_bucket as "toBucket", to_profile_id as "toProfileId"
    from profile_sweep where due_at <= ${new Date(now)} order by due_at limit ${limit}`);
  return rows.map(({ bucket, profileId, toBucket, toProfileId }) => ({
    from: { bucket, profileId },
    to: toBucket === null || toProfileId === null ? undefined : { bucket: toBucket, profileId: toProfileId },
  }));
}

export async function deleteSweep(tx: Queryable, { bucket, profileId }: Place): Promise<void> {
  await tx.execute(sql`delete from profile_sweep where bucket = ${bucket} and profile_id = ${profileId}`);
}

/** Messages and calls of a person that are in the air: they can only be moved or removed when they have come down. */
export async function countInTheAir(tx: Queryable, { bucket, profileId }: Place): Promise<number> {
  const { rows } = await tx.one<{ rows: number }>(sql`
    select (select count(*) from outbox where bucket = ${bucket} and profile_id = ${profileId} and state = 'sending')
      + (select count(*) from http_call where bucket = ${bucket} and profile_id = ${profileId} and state = 'calling') as rows`);
  return rows;
}
