import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import { empty, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import type { VersionKey } from '../instances/index.ts';

export type ReadState = 'due' | 'reading' | 'done' | 'cancelled' | 'failed';

export type ReadRow = {
  readonly read_id: number;
  readonly journey_key: string;
  readonly version: number;
  readonly occurrence: string;
  readonly by: 'audience' | 'business-event';
  readonly audience_key: string;
  readonly state: ReadState;
  readonly due_at: Date;
  readonly instance_key: string;
  readonly data: JsonObject;
  readonly incremental: boolean;
  readonly dry_run: boolean;
  readonly force: boolean;
  readonly rate: number;
  readonly people: number | null;
  readonly entered: number;
  readonly cursor_bucket: number;
  readonly cursor_profile: number;
  readonly rate_at: Date | null;
  readonly error: string | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
};

const COLUMNS = sql`read_id, journey_key, version, occurrence, by, audience_key, state, due_at, instance_key, data, incremental, dry_run, force,
  rate, people, entered, cursor_bucket, cursor_profile, rate_at, error, created_at, finished_at`;

export type NewRead = VersionKey & {
  readonly occurrence: string;
  readonly by: 'audience' | 'business-event';
  readonly audienceKey: string;
  readonly dueAt: Instant;
  readonly instanceKey: string;
  readonly data: JsonObject;
  readonly incremental: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly rate: number;
  readonly now: Instant;
};

/** Whether it is new: the same occurrence is read once. */
export async function insertRead(tx: Queryable, read: NewRead): Promise<boolean> {
  const inserted = await tx.execute(sql`
    insert into journey_read (journey_key, version, occurrence, by, audience_key, state, due_at, instance_key, data, incremental,
      dry_run, force, rate, created_at)
    values (${read.key}, ${read.version}, ${read.occurrence}, ${read.by}, ${read.audienceKey}, 'due', ${new Date(read.dueAt)},
      ${read.instanceKey}, ${JSON.stringify(read.data)}, ${read.incremental}, ${read.dryRun}, ${read.force}, ${read.rate}, ${new Date(read.now)})
    on conflict (journey_key, version, dry_run, occurrence) do nothing`);
  return inserted > 0;
}

/** A pause lets nobody in, so that a read stands still as long as it lasts. */
const IS_OPEN = sql`state in ('due', 'reading') and not exists (
  select from journey_version v
  where v.journey_key = journey_read.journey_key and v.version = journey_read.version and v.state = 'paused')`;

/** Reads that are due or under way, the oldest first. */
export function findOpenReads(db: Queryable, now: Instant): Promise<ReadRow[]> {
  return db.query(sql`
    select ${COLUMNS} from journey_read where ${IS_OPEN} and due_at <= ${new Date(now)} order by due_at, read_id`);
}

/** The read if it is still open and nobody else works on it. */
export function lockRead(tx: Queryable, readId: number): Promise<ReadRow | undefined> {
  return tx.maybeOne(sql`
    select ${COLUMNS} from journey_read where read_id = ${readId} and ${IS_OPEN} for update skip locked`);
}

export function listReadRows(
  db: Queryable,
  page: { readonly key: string; readonly before: number | undefined; readonly limit: number },
): Promise<ReadRow[]> {
  return db.query(sql`
    select ${COLUMNS} from journey_read
    where journey_key = ${page.key} ${page.before === undefined ? empty : sql`and read_id < ${page.before}`}
    order by read_id desc
    limit ${page.limit}`);
}

/** The last reading of the version's audience before this one. */
export function previousRead(tx: Queryable, read: ReadRow): Promise<{ read_id: number; frozen_at: Date } | undefined> {
  return tx.maybeOne(sql`
    select read_id, frozen_at from journey_read
    where journey_key = ${read.journey_key} and version = ${read.version} and by = 'audience' and read_id < ${read.read_id}
      and incremental and dry_run = ${read.dry_run} and frozen_at is not null
    order by read_id desc
    limit 1`);
}

/** Whether an incremental read of the same audience for the same version is still to be done or under way. */
export async function isPreceded(tx: Queryable, read: ReadRow): Promise<boolean> {
  const row = await tx.maybeOne(sql`
    select 1 as found from journey_read
    where journey_key = ${read.journey_key} and version = ${read.version} and by = 'audience' and read_id < ${read.read_id}
      and incremental and dry_run = ${read.dry_run} and state in ('due', 'reading')
    limit 1`);
  return row !== undefined;
}

/**
 * Freezes who is in a read: everybody of `population` (a query of bucket and profile_id). Of those who were in the previous one only
 * who has joined again since enters.
 */
export async function freezeMembers(
  tx: Queryable,
  read: ReadRow,
  population: Sql,
  previous: { readonly readId: number; readonly at: Date } | undefined,
): Promise<number> {
  const enters = previous
    ? sql`not exists (
        select from journey_read_member before
        where before.bucket = p.bucket and before.read_id = ${previous.readId} and before.profile_id = p.profile_id)
      or exists (
        select from audience_member m
        where m.bucket = p.bucket and m.audience_key = ${read.audience_key} and m.profile_id = p.profile_id
          and m.since > ${previous.at})`
    : sql`true`;
  await tx.execute(sql`
    insert into journey_read_member (bucket, read_id, profile_id, enters)
    select p.bucket, ${read.read_id}, p.profile_id, ${enters} from (${population}) p`);
  const { people } = await tx.one<{ people: number }>(sql`
    select count(*) as people from journey_read_member
    where bucket = any(array(select bucket from bucket)) and read_id = ${read.read_id} and enters`);
  return people;
}

export async function startReading(tx: Queryable, readId: number, people: number, now: Instant): Promise<void> {
  const at = new Date(now);
  await tx.execute(sql`
    update journey_read set state = 'reading', people = ${people}, frozen_at = ${at}, rate_at = ${at} where read_id = ${readId}`);
}

/**
 * Lets the next people in: one statement puts them into the inboxes of their buckets, in order of bucket and number. Resolves to how many
 * and the last of them.
 */
export async function enterSlice(
  tx: Queryable,
  read: ReadRow,
  limit: number,
  now: Instant,
): Promise<{ readonly entered: number; readonly bucket: number; readonly profile: number }> {
  const item = sql`json_build_object('kind', 'enter', 'journey', ${read.journey_key}::text, 'instanceKey', ${read.instance_key}::text,
    'data', ${JSON.stringify(read.data)}::json, 'by', ${read.by}::text, 'force', ${read.force}::boolean,
    'dryRun', exists (
      select from journey_version
      where journey_key = ${read.journey_key} and version = ${read.version} and state = 'dry_run'))`;
  const row = await tx.maybeOne<{ entered: number; bucket: number; profile: number }>(sql`
    with slice as materialized (
      select m.bucket, m.profile_id
      from unnest(array(select bucket from bucket where bucket >= ${read.cursor_bucket} order by bucket)) b (bucket)
        cross join lateral (
          select bucket, profile_id from journey_read_member m
          where m.bucket = b.bucket and m.read_id = ${read.read_id} and m.enters
            and (m.bucket > ${read.cursor_bucket} or m.profile_id > ${read.cursor_profile})
          order by m.profile_id
          limit ${limit}) m
      order by m.bucket, m.profile_id
      limit ${limit}
    ), put as (
      insert into inbox (bucket, profile_id, body, received_at)
      select bucket, profile_id, ${item}, ${new Date(now)} from slice order by bucket, profile_id
    )
    select (select count(*) from slice) as entered, bucket, profile_id as profile
    from slice order by bucket desc, profile_id desc limit 1`);
  return row ?? { entered: 0, bucket: read.cursor_bucket, profile: read.cursor_profile };
}

export async function noteEntered(
  tx: Queryable,
  readId: number,
  slice: { readonly entered: number; readonly bucket: number; readonly profile: number; readonly rateAt: Instant },
): Promise<void> {
  await tx.execute(sql`
    update journey_read set entered = entered + ${slice.entered}, cursor_bucket = ${slice.bucket}, cursor_profile = ${slice.profile},
      rate_at = ${new Date(slice.rateAt)}
    where read_id = ${readId}`);
}

export async function finishRead(
  tx: Queryable,
  readId: number,
  end: { readonly state: 'done' | 'cancelled' | 'failed'; readonly error?: string; readonly now: Instant },
): Promise<void> {
  await tx.execute(sql`
    update journey_read set state = ${end.state}, error = ${end.error ?? null}, finished_at = ${new Date(end.now)}
    where read_id = ${readId}`);
}

/** Forgets who was in a read. */
export async function deleteMembers(tx: Queryable, readId: number): Promise<void> {
  await tx.execute(sql`
    delete from journey_read_member where bucket = any(array(select bucket from bucket)) and read_id = ${readId}`);
}

type OfAudience = { readonly key: string; readonly audienceKey: string };

/** The newest read that an incremental one can go on from: it was for real, and its people are known. */
function baseOf({ key, audienceKey }: OfAudience): Sql {
  return sql`
    select read_id, frozen_at from (
      select read_id, frozen_at from journey_read
      where journey_key = ${key} and by = 'audience' and audience_key = ${audienceKey} and not dry_run and incremental
        and frozen_at is not null
      order by read_id desc
      limit 1) newest
    where exists (
      select from journey_read_member m
      where m.bucket = any(array(select bucket from bucket)) and m.read_id = newest.read_id)`;
}

/** What versions of a journey have read of an audience so far: when last, what is under way, what an incremental read goes on from. */
export function selectReadsSoFar(
  db: Queryable,
  of: OfAudience,
): Promise<{ readonly read_at: Date | null; readonly is_under_way: boolean; readonly base_at: Date | null }> {
  return db.one(sql`
    select max(frozen_at) as read_at, coalesce(bool_or(state in ('due', 'reading')), false) as is_under_way,
      (select frozen_at from (${baseOf(of)}) base) as base_at
    from journey_read
    where journey_key = ${of.key} and by = 'audience' and audience_key = ${of.audienceKey} and not dry_run`);
}

/**
 * What is under way becomes the next version's, with whoever has not entered yet, and so does the read from which an incremental one
 * goes on: that a journey is published anew is no reason to let everybody in again, or to leave somebody out.
 */
export async function handDownReads(
  tx: Queryable,
  of: OfAudience,
  to: { readonly version: number; readonly incremental: boolean; readonly rate: number },
): Promise<void> {
  await tx.execute(sql`
    update journey_read set version = ${to.version}, incremental = ${to.incremental}, rate = ${to.rate}
    where read_id in (
      select read_id from journey_read
      where journey_key = ${of.key} and by = 'audience' and audience_key = ${of.audienceKey} and not dry_run
        and state in ('due', 'reading')
      union all
      select read_id from (${baseOf(of)}) base where ${to.incremental}::boolean)`);
}

/** What a version read when it was tried is nothing to it when it begins. */
export async function forgetTriedReads(tx: Queryable, { key, version }: VersionKey): Promise<void> {
  await tx.execute(sql`
    with gone as (
      delete from journey_read where journey_key = ${key} and version = ${version} and dry_run returning read_id
    )
    delete from journey_read_member m using gone
    where m.bucket = any(array(select bucket from bucket)) and m.read_id = gone.read_id`);
}

/**
 * Nobody more enters by the open reads of a version, and none starts. Of an incremental one who has entered stays known, for the version
 * that is published next.
 */
export async function cancelReads(tx: Queryable, { key, version }: VersionKey, now: Instant): Promise<void> {
  const at = sql`${new Date(now)}::timestamptz`;
  await tx.execute(sql`
    update journey_read set state = 'cancelled', finished_at = ${at}
    where journey_key = ${key} and version = ${version} and state in ('due', 'reading')`);
  await tx.execute(sql`
    delete from journey_read_member m using journey_read r
    where m.bucket = any(array(select bucket from bucket)) and m.read_id = r.read_id
      and r.journey_key = ${key} and r.version = ${version} and (r.dry_run or not r.incremental
        or (r.state = 'cancelled' and r.finished_at = ${at} and m.enters
          and (m.bucket, m.profile_id) > (r.cursor_bucket, r.cursor_profile)))`);
}

/** Forgets who was in the reads of a version that is gone. */
export async function forgetMembers(tx: Queryable, { key, version }: VersionKey): Promise<void> {
  await tx.execute(sql`
    delete from journey_read_member m using journey_read r
    where m.bucket = any(array(select bucket from bucket)) and m.read_id = r.read_id
      and r.journey_key = ${key} and r.version = ${version}`);
}
