import type { Deduplicate, Prefer } from '../../../core/campaigns/index.ts';
import { id, join, type Sql, sql } from '../../../platform/sql/index.ts';
import {
  columnOf,
  comparable,
  fromSource,
  keyColumns,
  randomOrder,
  type Source,
  selectWork,
  tieBreak,
} from '../source.ts';
import { createOutflow, dealOut, type Outcome, onlyInflow, type Work } from '../work.ts';

/** Ranks the rows of each group of duplicates; the first `keep` of them stay. */
export async function runDeduplicate(work: Work<Deduplicate>): Promise<Outcome> {
  const { activity, catalog } = work;
  const input = onlyInflow(work);
  const source = { table: input.table, population: input.population, catalog };
  const seed = activity.seed ?? `${work.run.campaignKey}/${work.name}`;
  const columns = selectWork(input.population, sql`w`);
  const ranked = rankedQuery(source, activity, seed);
  if (activity.complement === undefined) {
    const query = sql`select ${columns} from (${ranked}) w where w._rank <= ${activity.keep}`;
    return { kind: 'done', outflows: [await createOutflow(work, 'next', query)] };
  }
  const outflows = await dealOut(work, {
    query: ranked,
    columns,
    outlets: [
      { name: 'next', where: sql`w._rank <= ${activity.keep}` },
      { name: 'complement', where: sql`w._rank > ${activity.keep}` },
    ],
  });
  return { kind: 'done', outflows };
}

/** Every row with its `_rank` among its duplicates; a row without any value to compare is nobody's duplicate and ranks 0. */
export function rankedQuery(source: Source, activity: Deduplicate, seed: string): Sql {
  const { population } = source;
  const preferred = activity.prefer === 'random' ? [] : [preferredColumn(activity.prefer)];
  const byKeys = activity.by === 'keys';
  const values =
    activity.by === 'keys'
      ? keyColumns(population).map((name) => sql`w.${id(name)}`)
      : activity.by.map((name) => comparable(source, name));
  const order = join([
    ...preferenceOrder(source, activity.prefer),
    randomOrder(population, seed, sql`w`),
    tieBreak(population, sql`w`),
  ]);
  const rank = sql`row_number() over (partition by ${join(values)} order by ${order})`;
  const nothing = join(
    values.map((value) => sql`${value} is null`),
    ' and ',
  );
  const from = fromSource(source, [...(activity.by === 'keys' ? [] : activity.by), ...preferred]);
  return sql`select ${selectWork(population, sql`w`)}, ${byKeys ? rank : sql`case when ${nothing} then 0 else ${rank} end`} as _rank
    from ${from}`;
}

function preferredColumn(prefer: Exclude<Prefer, 'random'>): string {
  const [column] = Object.values(prefer);
  return typeof column === 'string' ? column : (Object.keys(column ?? {})[0] ?? '');
}

/** The order in which duplicates are preferred, before chance decides. A row without the value comes last. */
function preferenceOrder(source: Source, prefer: Prefer): Sql[] {
  if (prefer === 'random') return [];
  const column = columnOf(source, preferredColumn(prefer));
  if ('newest' in prefer || 'highest' in prefer) return [sql`${column} desc nulls last`];
  if ('oldest' in prefer || 'lowest' in prefer) return [sql`${column} asc nulls last`];
  if ('non_empty' in prefer) return [sql`nullif(${column}::text, '') is null`];
  const [values = []] = Object.values(prefer.values);
  return [sql`array_position(${values}::text[], ${column}::text) nulls last`];
}
