import {
  type HoldMode,
  type JourneyDefinition,
  type TestPlan,
  testKeyStart,
  type VersionState,
} from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Rule } from '../../core/rules/index.ts';
import { empty, type Queryable, sql } from '../../platform/sql/index.ts';
import type { VersionKey } from '../instances/index.ts';

/** A version that was put in force, as it stands now. */
export type VersionRow = {
  readonly journey_key: string;
  readonly version: number;
  readonly state: VersionState;
  readonly hold: HoldMode | null;
  readonly winners: Readonly<Record<string, string>>;
  readonly started_at: Date;
  readonly closed_at: Date | null;
  readonly ends_at: Date | null;
  readonly finished_at: Date | null;
  readonly emptied_at: Date | null;
  readonly reason: string | null;
  readonly release_rate: number | null;
  readonly release_at: Date | null;
  readonly release_filter: Rule | null;
  readonly next_read_at: Date | null;
  readonly updated_at: Date;
  /** Of a test how it was asked for. */
  readonly test: TestPlan | null;
};

const COLUMNS = sql`journey_key, version, state, hold, winners, started_at, closed_at, ends_at, finished_at, emptied_at, reason,
  release_rate, release_at, release_filter, next_read_at, updated_at, test`;

/**
 * Waits until no turn of the engine is under way and lets none begin before the commit: what the transaction changes is in force for
 * every turn after it. Whoever locks a version as well locks the version first.
 */
export async function lockBuckets(tx: Queryable): Promise<void> {
  await tx.execute(sql`select bucket from bucket order by bucket for update`);
}

/** Waits for the turn of the engine that works on one bucket. */
export async function lockBucket(tx: Queryable, bucket: number): Promise<void> {
  await tx.execute(sql`select bucket from bucket where bucket = ${bucket} for update`);
}

const COMMANDS_LOCK = 0x6a6f_7572;

/**
 * Lets one transaction at a time change what is in force. All of them need every bucket, so that none is kept waiting by this that would
 * not wait there; and rows that another one has only just made are no reason for the two to wait for each other.
 */
async function lockCommands(tx: Queryable): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${COMMANDS_LOCK})`);
}

/** All versions of a journey, the newest first, locked. */
export async function lockVersions(tx: Queryable, key: string): Promise<VersionRow[]> {
  await lockCommands(tx);
  return tx.query(sql`
    select ${COLUMNS} from journey_version where journey_key = ${key} order by version desc for update`);
}

/** Locks all versions of some journeys: before the buckets, whoever puts several in force has the versions of all of them. */
export async function lockJourneys(tx: Queryable, keys: readonly string[]): Promise<void> {
  await lockCommands(tx);
  await tx.execute(sql`
    select version from journey_version where journey_key = any(${keys}::text[]) order by journey_key, version desc for update`);
}

/** The tests of a journey that are under way, locked. */
export function lockTests(tx: Queryable, key: string): Promise<VersionRow[]> {
  return tx.query(sql`
    select ${COLUMNS} from journey_version
    where starts_with(journey_key, ${testKeyStart(key)}) and state = 'test' order by journey_key for update`);
}

/** The version unless somebody else works on it. */
export function lockVersionUnlessBusy(tx: Queryable, { key, version }: VersionKey): Promise<VersionRow | undefined> {
  return tx.maybeOne(sql`
    select ${COLUMNS} from journey_version where journey_key = ${key} and version = ${version} for update skip locked`);
}

/** The newest first; of one journey or of all, or only those in some states. */
export function listVersionRows(
  db: Queryable,
  filter: { readonly keys?: readonly string[]; readonly states?: readonly VersionState[] },
): Promise<VersionRow[]> {
  return db.query(sql`
    select ${COLUMNS} from journey_version
    where true
      ${filter.keys === undefined ? empty : sql`and journey_key = any(${filter.keys})`}
      ${filter.states === undefined ? empty : sql`and state = any(${filter.states})`}
    order by journey_key, version desc`);
}

/** The definition as it was when the version was put in force. */
export async function selectBody(db: Queryable, { key, version }: VersionKey): Promise<JourneyDefinition | undefined> {
  const row = await db.maybeOne<{ body: JourneyDefinition }>(sql`
    select body from journey_version where journey_key = ${key} and version = ${version}`);
  return row?.body;
}

/** A version that is over, with the definition that its people are on. */
export async function selectEnding(
  db: Queryable,
  { key, version }: VersionKey,
): Promise<{ readonly state: VersionState; readonly body: JourneyDefinition } | undefined> {
  return db.maybeOne(sql`
    select state, body from journey_version
    where journey_key = ${key} and version = ${version} and finished_at is not null`);
}

export async function setState(
  tx: Queryable,
  { key, version }: VersionKey,
  to: {
    readonly state: VersionState;
    readonly hold: HoldMode | null;
    readonly closed: boolean;
    readonly reason: string | null;
    readonly now: Instant;
  },
): Promise<void> {
  const at = new Date(to.now);
  const isOver = to.state === 'stopped' || to.state === 'finished';
  await tx.execute(sql`
    update journey_version set state = ${to.state}, hold = ${to.hold}, reason = ${to.reason}, updated_at = ${at},
      closed_at = case when ${to.closed || isOver} then coalesce(closed_at, ${at}) else closed_at end,
      finished_at = ${isOver ? at : null},
      next_read_at = case when ${to.closed || isOver} then null else next_read_at end,
      release_rate = null, release_at = null, release_filter = null
    where journey_key = ${key} and version = ${version}`);
}

/** People held by a pause are let go at this rate from now on, those of whom the filter is true. */
export async function setRelease(
  tx: Queryable,
  { key, version }: VersionKey,
  { rate, filter, now }: { readonly rate: number; readonly filter: Rule | undefined; readonly now: Instant },
): Promise<void> {
  await tx.execute(sql`
    update journey_version set release_rate = ${rate}, release_at = ${new Date(now)},
      release_filter = ${filter === undefined ? null : JSON.stringify(filter)}
    where journey_key = ${key} and version = ${version}`);
}

/** Up to when the rate has been used; none when everybody has been let go. */
export async function noteReleased(
  tx: Queryable,
  { key, version }: VersionKey,
  until: Instant | undefined,
): Promise<void> {
  await tx.execute(sql`
    update journey_version set release_at = ${until === undefined ? null : new Date(until)},
      release_rate = case when ${until === undefined} then null else release_rate end,
      release_filter = case when ${until === undefined} then null else release_filter end
    where journey_key = ${key} and version = ${version} and release_rate is not null`);
}

export async function setWinner(
  tx: Queryable,
  { key, version }: VersionKey,
  winners: Readonly<Record<string, string>>,
  now: Instant,
): Promise<void> {
  await tx.execute(sql`
    update journey_version set winners = ${JSON.stringify(winners)}, updated_at = ${new Date(now)}
    where journey_key = ${key} and version = ${version}`);
}

export async function setNextRead(tx: Queryable, { key, version }: VersionKey, at: Instant | undefined): Promise<void> {
  await tx.execute(sql`
    update journey_version set next_read_at = ${at === undefined ? null : new Date(at)}
    where journey_key = ${key} and version = ${version}`);
}

export async function setEmptied(tx: Queryable, { key, version }: VersionKey, now: Instant): Promise<void> {
  await tx.execute(sql`
    update journey_version set emptied_at = ${new Date(now)} where journey_key = ${key} and version = ${version}`);
}

/** Puts a version in force, to live or to be tried; the one that was tried before under this number goes live. */
export async function insertVersion(
  tx: Queryable,
  version: VersionKey & {
    readonly state: 'live' | 'dry_run';
    readonly body: string;
    readonly endsAt: Instant | undefined;
    readonly nextReadAt: Instant | undefined;
    /** Of experiments, set by hand; absent: what it has. */
    readonly winners?: Readonly<Record<string, string>>;
    readonly now: Instant;
  },
): Promise<void> {
  const at = new Date(version.now);
  const when = (instant: Instant | undefined) => (instant === undefined ? null : new Date(instant));
  await tx.execute(sql`
    insert into journey_version (journey_key, version, state, body, winners, started_at, ends_at, next_read_at, updated_at)
    values (${version.key}, ${version.version}, ${version.state}, ${version.body}, ${JSON.stringify(version.winners ?? {})}, ${at},
      ${when(version.endsAt)}, ${when(version.nextReadAt)}, ${at})
    on conflict (journey_key, version) do update
      set state = excluded.state, body = excluded.body, started_at = excluded.started_at, ends_at = excluded.ends_at,
        next_read_at = excluded.next_read_at, closed_at = null, finished_at = null, emptied_at = null, reason = null,
        ${version.winners === undefined ? empty : sql`winners = excluded.winners,`} updated_at = excluded.updated_at`);
}

/** So long a version that is over is looked at for somebody whom a turn let in that had read the rules just before. */
const LATE_MS = 3_600_000;

/** What the scheduler has to look at now. */
export function findVersionsToTend(db: Queryable, now: Instant): Promise<VersionRow[]> {
  const at = new Date(now);
  return db.query(sql`
    select ${COLUMNS} from journey_version v
    where (finished_at is null and ends_at <= ${at})
      or next_read_at <= ${at}
      or release_rate is not null
      or (state in ('live', 'closed') and exists (
        select from journey_instance i
        where i.journey_key = v.journey_key and i.version = v.version and i.state = 'held'))
      or (finished_at is not null and emptied_at is null)
      or (finished_at > ${new Date(now - LATE_MS)} and exists (
        select from journey_instance i
        where i.journey_key = v.journey_key and i.version = v.version and i.state <> 'ended'))
      or state = 'closed'
    order by journey_key, version`);
}

/** The newest version of a journey's definition that may be tried: its draft, or what is published. */
export function selectNewestDefinition(
  db: Queryable,
  key: string,
): Promise<{ readonly version: number; readonly body: JourneyDefinition } | undefined> {
  return db.maybeOne(sql`
    select version, body from definition
    where kind = 'journey' and key = ${key} and state in ('draft', 'published')
    order by version desc
    limit 1`);
}

/** Whether there is such a journey at all, in any state. */
export async function existsJourney(db: Queryable, key: string): Promise<boolean> {
  const row = await db.maybeOne(sql`select 1 as found from definition where kind = 'journey' and key = ${key} limit 1`);
  return row !== undefined;
}
