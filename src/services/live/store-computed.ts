// Owns: the SQL that lays computed traits over the profiles of many people at once, and takes them away.
import type { Instant, Json } from '../../core/kernel/index.ts';
import type { MetricState } from '../../core/metrics/index.ts';
import { type Queryable, type Sql, sql, type Transaction } from '../../platform/sql/index.ts';

export type Place = { readonly bucket: number; readonly profileId: number };
export type StatesRow = Place & { readonly states: Readonly<Record<string, MetricState>> };
export type LaidTraits = Place & {
  readonly traits: Readonly<Record<string, Json>>;
  readonly without: readonly string[];
};

/** What rows come to is remembered of everybody in some buckets who has any, as core's `rowState` has it; of others it is forgotten. */
export async function replaceTotals(
  tx: Queryable,
  of: { readonly id: string; readonly totals: Sql; readonly buckets: readonly number[] },
): Promise<void> {
  await tx.execute(sql`
    with totals as materialized (${of.totals}),
    written as (
      insert into profile_state (bucket, profile_id, metrics)
      select bucket, profile_id, json_build_object(${of.id}::text, json_build_array(total)) from totals
      on conflict (bucket, profile_id) do update
        set metrics = (profile_state.metrics::jsonb || excluded.metrics::jsonb)::json)
    update profile_state s set metrics = (s.metrics::jsonb - ${of.id}::text)::json
    where s.bucket = any(${of.buckets}::smallint[]) and (s.metrics -> ${of.id}::text) is not null
      and not exists (select from totals t where t.bucket = s.bucket and t.profile_id = s.profile_id)`);
}

/** What is remembered of people for some metrics; whoever has none of them is left out. */
export function streamStates(
  tx: Transaction,
  of: {
    readonly buckets: readonly number[];
    /** Of these people alone. */
    readonly among?: readonly Place[] | undefined;
    readonly ids: readonly string[];
    readonly batchSize: number;
  },
): AsyncIterable<StatesRow[]> {
  const only = of.among === undefined ? sql`` : sql`and (s.bucket, s.profile_id) in (${placesOf(of.among)})`;
  return tx.fetch(
    sql`
    select bucket, profile_id as "profileId", states from (
      select s.bucket, s.profile_id,
        (select json_object_agg(m.id, s.metrics -> m.id) filter (where s.metrics -> m.id is not null)
          from unnest(${of.ids}::text[]) m (id)) as states
      from profile_state s where s.bucket = any(${of.buckets}::smallint[]) ${only}) remembered
    where states is not null`,
    of.batchSize,
  );
}

export function placesOf(people: readonly Place[]): Sql {
  return sql`select * from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[])
    p (bucket, profile_id)`;
}

/** What follows from changed profiles: with `told`, a touch for each of these people. */
function telling(changed: Sql, how: { readonly told: boolean; readonly now: Instant }): Sql {
  return sql`with changed as (${changed}) ${touches(how)}`;
}

/** For each of the people `changed`. */
export function touches({ told, now }: { readonly told: boolean; readonly now: Instant }): Sql {
  return sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select bucket, profile_id, '{"kind":"touch","cause":"profile"}'::json, ${new Date(now)}::timestamptz from changed where ${told}`;
}

/** Gives people the traits and takes those `without`; who has them so already is left alone. */
export async function layTraits(
  tx: Queryable,
  rows: readonly LaidTraits[],
  how: { readonly told: boolean; readonly now: Instant },
): Promise<void> {
  const laid = sql`unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
    ${rows.map((row) => JSON.stringify(row.traits))}::jsonb[], ${rows.map((row) => JSON.stringify(row.without))}::jsonb[])
    l (bucket, profile_id, traits, without)`;
  await tx.execute(
    telling(
      sql`
      update profile p
      set traits = (p.traits || l.traits) - array(select jsonb_array_elements_text(l.without)), updated_at = ${new Date(how.now)}
      from ${laid}
      where p.bucket = l.bucket and p.profile_id = l.profile_id
        and (p.traits || l.traits) - array(select jsonb_array_elements_text(l.without)) <> p.traits
      returning p.bucket, p.profile_id`,
      how,
    ),
  );
}

/** Takes a trait from the people of some buckets, but from those of whom something is remembered for `unless`. */
export async function dropTraits(
  tx: Queryable,
  of: {
    readonly buckets: readonly number[];
    readonly name: string;
    readonly unless?: string;
    readonly told: boolean;
    readonly now: Instant;
  },
): Promise<void> {
  const kept =
    of.unless === undefined
      ? sql``
      : sql`and not exists (select from profile_state s
          where s.bucket = p.bucket and s.profile_id = p.profile_id and s.metrics -> ${of.unless}::text is not null)`;
  await tx.execute(
    telling(
      sql`
      update profile p set traits = p.traits - ${of.name}::text, updated_at = ${new Date(of.now)}
      where p.bucket = any(${of.buckets}::smallint[]) and p.traits ? ${of.name} ${kept}
      returning p.bucket, p.profile_id`,
      of,
    ),
  );
}
