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
    where journey_key = ${key} and version = ${version}
    group by journey_key, version, node, name, outlet
    order by node, name, outlet`);
}

/** The counters of whole versions, for lists. */
export function sumVersions(db: Queryable, keys: readonly string[]): Promise<CountRow[]> {
  return db.query(sql`
    select journey_key, version, node, name, outlet, sum(value)::bigint as value from journey_count
    where journey_key = any(${keys}) and node = ''
    group by journey_key, version, node, name, outlet`);
}

/** How many stand at each step now, counted one by one. */
export async function countStanding(db: Queryable, { key, version }: VersionKey): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ node: string; people: number }>(sql`
    select place ->> 'node' as node, count(*) as people
    from journey_instance i cross join lateral json_array_elements(i.body -> 'positions') place
    where i.journey_key = ${key} and i.version = ${version} and i.state <> 'ended'
    group by 1`);
  return new Map(rows.map((row) => [row.node, row.people]));
}

export type JourneySummaryRow = {
  readonly key: string;
  readonly name: string | null;
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
