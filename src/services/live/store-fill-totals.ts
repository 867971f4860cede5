// Owns: the SQL that makes the states of computed traits of events, and the traits themselves, for all people of some buckets.
// Does not own: what a state looks like and what comes of it (core/computed; the two are compared by a test).
// Invariant: whatever a number or a moment might come out otherwise than there is left to folding, person by person.
import type { EventTotal } from '../../core/computed/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { ENTRIES_MAX } from '../../core/metrics/index.ts';
import { join, type Queryable, raw, type Sql, sql } from '../../platform/sql/index.ts';
import { eventTests, insideJson } from '../rules/index.ts';
import { addedStates, type Fill, instant, laidOver, NO_LINES, statesText } from './store-backfill.ts';
import { type Place, touches } from './store-computed.ts';

/** What is remembered for the traits of these names, which are all laid anew. */
export type NamedTotal = { readonly id: string; readonly events: EventTotal; readonly names: readonly string[] };

/** So many are filled by one statement, which has several columns for each. */
const TOTALS_MAX = 40;

/**
 * The states of all the totals, straight into `profile_state`, and the traits that they come to, straight into the profiles. A state
 * that is there is replaced. Answers the people of whom nothing was written: what they have cannot be made here exactly.
 */
export async function fillTotals(
  tx: Queryable,
  totals: readonly NamedTotal[],
  fill: Fill & { readonly told: boolean },
): Promise<Place[]> {
  const odd = new Map<string, Place>();
  for (let from = 0; from < totals.length; from += TOTALS_MAX) {
    for (const one of await fillTogether(tx, totals.slice(from, from + TOTALS_MAX), fill)) {
      odd.set(`${one.bucket}/${one.profileId}`, one);
    }
  }
  return [...odd.values()];
}

function fillTogether(
  tx: Queryable,
  totals: readonly NamedTotal[],
  { buckets, gone, told, now }: Fill & { readonly told: boolean },
): Promise<Place[]> {
  const parts = totals.map((total, index) => partOf(total, index, now));
  const from = parts.map((part) => part.since);
  const since = from.includes(undefined) ? undefined : Math.min(...from.flatMap((at) => at ?? []));
  const names = [...new Set(totals.flatMap(({ events }) => [events.event].flat()))];
  const all = (pick: (part: Part) => readonly Sql[]) => join(parts.flatMap(pick));
  const either = (pick: (part: Part) => readonly Sql[]) => join(parts.flatMap(pick), ' or ');
  const laterals = parts.flatMap((part) => part.lateral);
  const turns = parts.flatMap((part) => part.turns);
  // Each step ends where the planner must not look through it, or it would work every value out once more for each that is made of it.
  const seen = sql`
    select e.bucket, e.profile_id, e.occurred_at, e.event_id, floor(round(date_part('epoch', e.occurred_at) * 1e6) / 1e3)::bigint as at, ${all((part) => part.seen)}
    from event e
    where e.bucket = any(${buckets}::smallint[]) and e.name = any(${names}::text[])
      ${since === undefined ? sql`` : sql`and e.occurred_at >= ${instant(since)}`} offset 0`;
  const sorted = parts.some((part) => part.ordered)
    ? sql`order by bucket, profile_id, occurred_at, event_id`
    : sql`offset 0`;
  const read = sql`
    select bucket, profile_id, at, ${all((part) => part.read)}
    from (${seen}) seen where ${either((part) => [part.matters])} ${sorted}`;
  const added = sql`select bucket, profile_id, ${all((part) => part.added)} from (${read}) read group by bucket, profile_id`;
  const made = sql`
    select bucket, profile_id, coalesce(${either((part) => part.odd)}, false) as odd,
      ${statesText(parts.map((part) => part.state))} as metrics,
      to_timestamp(${turns.length === 0 ? sql`null::bigint` : sql`least(${join(turns)})`} / 1000.0) as wake_at,
      ${join([sql`'{}'::jsonb`, ...parts.flatMap((part) => part.traits)], ' || ')} as traits,
      array_remove(array[${join([sql`null`, ...parts.flatMap((part) => part.without)])}]::text[], null) as without
    from (${added}) added ${join(laterals, ' ')}`;
  const changed = sql`
    update profile p set traits = (p.traits || m.traits) - m.without, updated_at = ${new Date(now)}
    from made m
    where p.bucket = any(${buckets}::smallint[]) and p.bucket = m.bucket and p.profile_id = m.profile_id and not m.odd and (p.traits || m.traits) - m.without <> p.traits
    returning p.bucket, p.profile_id`;
  return tx.query(sql`
    with made as materialized (${made}),
    laid as (select bucket, profile_id, metrics, wake_at from made where not odd and metrics <> ${NO_LINES}),
    over as (${laidOver({ buckets, ids: totals.map(({ id }) => id), gone })}),
    added as (${addedStates({ buckets })}),
    changed as (${changed}),
    told as (${touches({ told, now })})
    select bucket, profile_id as "profileId" from made where odd`);
}

/** Of one total its columns in each step, all named with its number. */
type Part = {
  /** Nothing before it matters; undefined: everything may. */
  readonly since: Instant | undefined;
  /** Of an event: whether it matters, and the property as it is. */
  readonly seen: readonly Sql[];
  readonly matters: Sql;
  /** Of an event: the value that is read of it, null where there is none, and whether it cannot be read exactly here. */
  readonly read: readonly Sql[];
  /** Whether events have to come in their order. */
  readonly ordered: boolean;
  /** Of a person. */
  readonly added: readonly Sql[];
  readonly lateral: readonly Sql[];
  readonly odd: readonly Sql[];
  readonly state: Sql;
  readonly turns: readonly Sql[];
  readonly traits: readonly Sql[];
  readonly without: readonly Sql[];
};

function partOf({ id, events, names }: NamedTotal, index: number, now: Instant): Part {
  const column = (name: string) => raw(`${name}${index}`);
  const { event, where, window } = events;
  const { fromAt, fromOffset, toAt, toOffset } = window;
  const since = fromOffset === undefined ? undefined : now + fromOffset;
  const tests = [
    ...eventTests('e', event, where, now),
    ...(since === undefined ? [] : [sql`e.occurred_at >= ${instant(since)}`]),
    ...(fromAt === undefined ? [] : [sql`e.occurred_at >= ${instant(fromAt)}`]),
    ...(toAt === undefined ? [] : [sql`e.occurred_at < ${instant(toAt)}`]),
  ];
  const isWindowed = since !== undefined;
  const value = readOf(events, column);
  const made = totalOf(events, column);
  const counts = sql`${column('v')} is not null`;
  const came = sql`${counts} and at < ${now + toOffset}::bigint`;
  const isOrdered = isWindowed || made.needsEntries === true;
  const total = sql`case when ${column('n')} > 0 then ${made.total} end`;
  const state = isWindowed
    ? sql`'{"entries":[' || array_to_string(${column('e')}, ',') || ']}'`
    : sql`'{"total":' || ${total} || '}'`;
  const trait = sql`(case when ${column('n')} > 0 then ${made.value} end)`;
  return {
    since,
    seen: [sql`coalesce(${join(tests, ' and ')}, false) as ${column('m')}`, ...value.seen],
    matters: column('m'),
    read: [
      sql`(case when ${column('m')} then ${value.read} end) as ${column('v')}`,
      ...(value.odd === undefined ? [] : [sql`(${column('m')} and ${value.odd}) as ${column('o')}`]),
    ],
    ordered: isOrdered,
    added: [
      sql`count(*) filter (where ${counts}) as ${column('c')}`,
      sql`count(*) filter (where ${came}) as ${column('n')}`,
      sql`min(at) filter (where ${counts}) as ${column('first')}`,
      sql`min(at) filter (where ${counts} and at >= ${now + toOffset}::bigint) as ${column('next')}`,
      ...(isOrdered
        ? [sql`array_agg('[' || at || ',' || ${value.text} || ']') filter (where ${counts}) as ${column('e')}`]
        : []),
      ...made.added(came),
      ...(value.odd === undefined ? [] : [sql`bool_or(${column('o')}) as ${column('odd')}`]),
    ],
    lateral: made.lateral ?? [],
    odd: [
      // What is still to come is kept apart from what a total without a window has.
      isWindowed
        ? sql`${column('c')} + 1 > ${ENTRIES_MAX}::int`
        : sql`${column('c')} > ${column('n')} or ${made.weight ?? sql`1`} > ${ENTRIES_MAX}::int`,
      ...(value.odd === undefined ? [] : [column('odd')]),
      ...(made.odd ?? []),
    ],
    state: sql`(case when ${column('c')} > 0 then ${`"${id}":`}::text || ${state} end)`,
    turns: isWindowed
      ? [sql`${column('first')} + ${1 - (fromOffset ?? 0)}::bigint`, sql`${column('next')} + ${1 - toOffset}::bigint`]
      : [],
    traits: names.map(
      (name) => sql`(case when ${trait} is null then '{}' else jsonb_build_object(${name}::text, ${trait}) end)`,
    ),
    without: names.map((name) => sql`case when ${column('c')} > 0 and ${trait} is null then ${name}::text end`),
  };
}

type Columns = (name: string) => Sql;

/** What is read of an event: its value (null: it does not count), that as the text in an entry, whether it takes another way. */
type Value = { readonly seen: readonly Sql[]; readonly read: Sql; readonly text: Sql; readonly odd?: Sql };

function readOf({ kind, of }: EventTotal, column: Columns): Value {
  const [property, value] = [column('p'), column('v')];
  if (kind === 'count') return { seen: [], read: sql`true`, text: sql`'null'` };
  if (of === undefined) return { seen: [], read: sql`at`, text: sql`${value}`, odd: sql`not at ${WRITTEN_YEARS}` };
  const seen = [sql`${insideJson(sql`e.properties`, of.split('.')).sql} as ${property}`];
  const isNumber = sql`jsonb_typeof(${property}) = 'number'`;
  switch (kind) {
    case 'sum':
    case 'average':
    case 'min':
    case 'max':
      return { seen, read: sql`case when ${isNumber} then ${doubleSql(property)} end`, text: sql`${value}` };
    case 'distinct':
    case 'most_frequent':
      return {
        seen,
        read: sql`case jsonb_typeof(${property}) when 'number' then to_jsonb(${doubleSql(property)}) when 'string' then ${property} when 'boolean' then ${property} end`,
        text: sql`${value}`,
        odd: sql`(case when ${isNumber} then ${doubleSql(property)} is null else false end)`,
      };
    case 'first':
    case 'last':
      return {
        seen,
        read: sql`case jsonb_typeof(${property}) when 'number' then to_jsonb(${doubleSql(property)}) when 'null' then null else ${property} end`,
        text: sql`${value}`,
        odd: sql`(case jsonb_typeof(${property}) when 'number' then ${doubleSql(property)} is null
          when 'array' then ${holdsLongNumber(property)} when 'object' then ${holdsLongNumber(property)} else false end)`,
      };
  }
}

/** Moments whose year is written with four digits. */
const WRITTEN_YEARS = sql`between -62135596800000 and 253402300799999`;

/**
 * The double that JavaScript reads of a JSON number, as the decimal that it prints; null of one that is too great to be one. What has
 * fifteen digits at most prints as it stands.
 */
function doubleSql(json: Sql): Sql {
  const number = sql`(${json})::numeric`;
  return sql`(case when length((${json})::text) <= 15 then trim_scale(${number}) when abs(${number}) >= ${BEYOND} then null
    when abs(${number}) <= ${NOTHING} then 0 else trim_scale((${number})::float8::text::numeric) end)`;
}

const BEYOND = sql`1.797693134862315807937e308::numeric`;
const NOTHING = sql`2.4703282292062327208e-324::numeric`;

/** Whether some number inside, or what looks like one, may not print as it stands. */
function holdsLongNumber(json: Sql): Sql {
  return sql`(${json})::text ~ '[0-9.]{16}'`;
}

/** What is added up of a person's values, its text in a state, and the trait that comes of it, both of somebody who has values. */
type Made = {
  added(came: Sql): readonly Sql[];
  readonly total: Sql;
  readonly value: Sql;
  readonly lateral?: readonly Sql[];
  readonly needsEntries?: true;
  readonly weight?: Sql;
  readonly odd?: readonly Sql[];
};

function totalOf({ kind, of }: EventTotal, column: Columns): Made {
  const [value, count, sum] = [column('v'), column('n'), column('s')];
  switch (kind) {
    case 'count':
      return { added: () => [], total: sql`${count}::text`, value: sql`to_jsonb(${count})` };
    case 'sum':
    case 'average': {
      // PostgreSQL refuses what JavaScript rounds to nothing or takes for infinite.
      const refused = sql`(abs(${sum}) > 1e308 or (${sum} <> 0 and abs(${sum}) < 1e-290))`;
      const double = sql`(case when not ${refused} then ${sum}::float8 end)`;
      return {
        added: (came) => [sql`sum(${value}) filter (where ${came}) as ${sum}`],
        total: sql`('[' || ${count} || ',"' || trim_scale(${sum}) || '"]')`,
        value: kind === 'sum' ? sql`to_jsonb(${double})` : sql`to_jsonb(${double} / ${count}::float8)`,
        odd: [refused],
      };
    }
    case 'min':
    case 'max': {
      const edge = kind === 'min' ? sql`min(${value})` : sql`max(${value})`;
      return {
        added: (came) => [sql`${edge} filter (where ${came}) as ${sum}`],
        total: sql`${sum}::text`,
        value: sql`to_jsonb(${sum})`,
      };
    }
    case 'first':
    case 'last': {
      const entry = sql`${column('e')}[${kind === 'first' ? sql`1` : count}]`;
      const at = sql`to_timestamp((${entry}::jsonb ->> 0)::numeric / 1000) at time zone 'UTC'`;
      return {
        added: () => [],
        total: entry,
        value:
          of === undefined
            ? sql`to_jsonb(to_char(${at}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`
            : sql`(${entry}::jsonb -> 1)`,
        needsEntries: true,
      };
    }
    case 'distinct':
    case 'most_frequent':
      return seenOf(kind, column);
  }
}

function seenOf(kind: 'distinct' | 'most_frequent', column: Columns): Made {
  const [values, times, seen] = [column('k'), column('t'), column('d')];
  return {
    added: (came) => [
      sql`array_agg(${column('v')}) filter (where ${came}) as ${values}`,
      sql`array_agg(at) filter (where ${came}) as ${times}`,
    ],
    lateral: [
      sql`cross join lateral (
        select count(*) as size, (array_agg(value order by count desc, newest desc, key collate "C"))[1] as top,
          '{' || string_agg(to_json(key)::text || ':[' || count || ',' || newest || ',' || value || ']', ',') || '}' as total
        from (
          select value, jsonb_typeof(value) || ' ' || (value #>> '{}') as key, count(*) as count, max(at) as newest
          from unnest(${values}, ${times}) each (value, at) group by value) counted) ${seen}`,
    ],
    total: sql`${seen}.total`,
    value: kind === 'distinct' ? sql`to_jsonb(${seen}.size)` : sql`${seen}.top`,
    weight: sql`${seen}.size`,
  };
}
