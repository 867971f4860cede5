import type { SendState } from '../../core/deliveries/index.ts';
import type { Entry, JourneyDefinition } from '../../core/journeys/index.ts';
import { empty, type Queryable, sql } from '../../platform/sql/index.ts';
import type { VersionKey } from '../instances/index.ts';

export type CountRow = {
  readonly journey_key: string;
  readonly version: number;
  readonly node: string;
  readonly name: string;
  readonly outlet: string;
  readonly value: number;
};

/** Every counter of a version, over all slots. */
export function sumCounts(db: Queryable, { key, version }: VersionKey): Promise<CountRow[]> {
  return db.query(sql`
    select journey_key, version, node, name, outlet, sum(value)::bigint as value from journey_count
    where journey_key = ${key} and version = ${version} and name not in ('entered-on', 'dry:entered-on')
    group by journey_key, version, node, name, outlet
    order by node, name, outlet`);
}

/** Counters of whole versions that lists show; those of a dry run stand apart. */
const OF_VERSIONS = ['entered', 'ended', 'refused', 'migrated'].flatMap((name) => [name, `dry:${name}`]);

/** The counters of whole versions, for lists; of those by day only today's. */
export function sumVersions(db: Queryable, keys: readonly string[], today: string): Promise<CountRow[]> {
  return db.query(sql`
    select journey_key, version, node, name, outlet, sum(value)::bigint as value from journey_count
    where journey_key = any(${keys}) and node = ''
      and (name = any(${OF_VERSIONS}) or (name in ('entered-on', 'dry:entered-on') and outlet = ${today}))
    group by journey_key, version, node, name, outlet`);
}

/** How many came into a version on each day of those since `since`. */
export function sumDays(
  db: Queryable,
  { key, version }: VersionKey,
  { since, dryRun }: { readonly since: string; readonly dryRun: boolean },
): Promise<{ readonly day: string; readonly entered: number }[]> {
  return db.query(sql`
    select outlet as day, sum(value)::bigint as entered from journey_count
    where journey_key = ${key} and version = ${version} and node = ''
      and name = ${dryRun ? 'dry:entered-on' : 'entered-on'} and outlet >= ${since}
    group by outlet
    order by outlet`);
}

export type SendOfStep = {
  readonly send_id: number;
  /** The step. */
  readonly node: string;
  readonly template_key: string;
  readonly template_version: number;
  readonly channel_key: string;
  readonly state: SendState;
  readonly reason: string | null;
};

/** The sends of the steps of a version. */
export function selectSendsOf(db: Queryable, { key, version }: VersionKey): Promise<SendOfStep[]> {
  return db.query(sql`
    select send_id, activity as node, template_key, template_version, channel_key, state, reason from send
    where journey_key = ${key} and journey_version = ${version}
    order by send_id`);
}

/** How many stand at each step now, counted one by one. */
export async function countStanding(db: Queryable, { key, version }: VersionKey): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ node: string; people: number }>(sql`
    select node, count(*) as people from journey_instance i cross join lateral unnest(i.nodes) node
    where i.journey_key = ${key} and i.version = ${version} and i.state <> 'ended'
    group by 1`);
  return new Map(rows.map((row) => [row.node, row.people]));
}

export type JourneySummaryRow = {
  readonly key: string;
  readonly name: string | null;
  /** How people come in, of the published version or else of the draft. */
  readonly entry: Entry;
  readonly published_version: number | null;
  readonly draft_version: number | null;
  readonly updated_at: Date;
};

/** One row per journey that is not archived, and those that still have a version in force. */
export function listJourneyRows(
  db: Queryable,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<JourneySummaryRow[]> {
  return db.query(sql`
    select key,
      (array_agg(body ->> 'name' order by version desc))[1] as name,
      (array_agg(body -> 'entry' order by state <> 'published', version desc))[1] as entry,
      max(version) filter (where state = 'published') as published_version,
      max(version) filter (where state = 'draft') as draft_version,
      max(updated_at) as updated_at
    from definition d
    where kind = 'journey' ${page.after === undefined ? empty : sql`and key > ${page.after}`}
    group by key
    having bool_or(state <> 'archived')
      or exists (select from journey_version v where v.journey_key = d.key and v.finished_at is null)
    order by key
    limit ${page.limit}`);
}

export type InForceRow = {
  readonly key: string;
  readonly version: number;
  readonly state: 'live' | 'paused' | 'closed';
  readonly name: string | null;
};

/** The versions that real people are in or come into, by key, the newest of each first. */
export function selectInForce(db: Queryable): Promise<InForceRow[]> {
  return db.query(sql`
    select journey_key as key, version, state, body ->> 'name' as name from journey_version
    where state in ('live', 'paused', 'closed')
    order by journey_key, version desc`);
}

/** A saved version; the draft or else the newest published one when none is named. */
export function selectSaved(
  db: Queryable,
  { key, version }: { readonly key: string; readonly version?: number | undefined },
): Promise<
  | {
      readonly body: JourneyDefinition;
      readonly version: number;
      readonly state: 'draft' | 'published' | 'archived';
    }
  | undefined
> {
  return db.maybeOne(sql`
    select body, version, state from definition
    where kind = 'journey' and key = ${key}
      ${version === undefined ? sql`and state <> 'archived'` : sql`and version = ${version}`}
    order by version desc
    limit 1`);
}

/** The versions of a journey that were saved, the newest first. */
export function selectSavedVersions(
  db: Queryable,
  key: string,
  limit: number,
): Promise<
  {
    readonly version: number;
    readonly state: 'draft' | 'published' | 'archived';
    readonly updated_at: Date;
  }[]
> {
  return db.query(sql`
    select version, state, updated_at from definition
    where kind = 'journey' and key = ${key}
    order by version desc
    limit ${limit}`);
}
