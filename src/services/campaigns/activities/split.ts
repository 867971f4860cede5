import { COMPLEMENT, HOLDOUT, rowsOf, type Split, type Subset, sortOf } from '../../../core/campaigns/index.ts';
import { empty, id, join, type Sql, sql } from '../../../platform/sql/index.ts';
import { ruleCondition } from '../../rules/index.ts';
import { carries, columnOf, fromSource, randomOrder, type Source, selectWork, tieBreak } from '../source.ts';
import { dealOut, type Outcome, onlyInflow, type Work } from '../work.ts';

/**
 * Says for every row where it leaves, in one query of layers: a base with the row, whether each subset's rule is true for it and its
 * random order; a layer for the holdout; a layer for each subset, in order. `_outlet`: -1 held out, 0 taken by no subset.
 */
export async function runSplit(work: Work<Split>): Promise<Outcome> {
  const { activity } = work;
  const input = onlyInflow(work);
  const source = { table: input.table, population: input.population, catalog: work.catalog };
  const held = activity.holdout === undefined ? 0 : rowsOf(activity.holdout, input.rows);
  const base = heldOut(source, baseOf(work, source), held);
  const layered = activity.overlap ? overlapLayers : exclusiveLayers;
  const taken = (index: number) => (activity.overlap ? sql`w.${takes(index)}` : sql`w._outlet = ${index + 1}`);
  const outflows = await dealOut(work, {
    query: layered(source, Object.values(activity.then), base, input.rows - held),
    columns: selectWork(input.population, sql`w`),
    outlets: [
      ...(activity.holdout === undefined ? [] : [{ name: HOLDOUT, where: sql`w._outlet = -1` }]),
      ...Object.keys(activity.then).map((name, index) => ({ name, where: taken(index) })),
      ...(activity.complement === undefined ? [] : [{ name: COMPLEMENT, where: sql`w._outlet = 0` }]),
    ],
  });
  return { kind: 'done', outflows };
}

const matches = (index: number): Sql => id(`_matches${index}`);
const sorted = (index: number): Sql => id(`_sorted${index}`);
const layer = (index: number): Sql => id(`_outlet${index}`);
const takes = (index: number): Sql => id(`_takes${index}`);

/** Every row with `_order`, and for each subset whether it matches and what it is sorted by. */
function baseOf(work: Work<Split>, source: Source): Sql {
  const { activity, run, name } = work;
  const subsets = Object.values(activity.then);
  const order = randomOrder(source.population, activity.seed ?? `${run.campaignKey}/${name}`, sql`w`);
  const sorts = subsets.map((subset) => sortOf(subset.sort)?.column);
  const columns: Sql[] = [selectWork(source.population, sql`w`), sql`${order} as _order`];
  let joins: Sql = empty;
  subsets.forEach((subset, index) => {
    const column = sorts[index];
    if (column !== undefined) columns.push(sql`${columnOf(source, column)} as ${sorted(index)}`);
    if (!subset.where) return;
    const condition = conditionOf(work, source, subset.where);
    if (readsOnlyCarried(subset.where, source)) {
      columns.push(sql`coalesce(${condition}, false) as ${matches(index)}`);
      return;
    }
    // Under `where`, a rule is planned as joins over the whole set; in a list of columns it would be asked row by row.
    const found = id(`m${index}`);
    const rows = sql`select w.ctid as _place from ${id('work', source.table)} w where ${condition}`;
    joins = sql`${joins} left join (${rows}) ${found} on ${found}._place = w.ctid`;
    columns.push(sql`${found}._place is not null as ${matches(index)}`);
  });
  const names = sorts.flatMap((column) => column ?? []);
  return sql`select ${join(columns)} from ${fromSource(source, names)}${joins}`;
}

/** Adds `_held`: -1 for the first `held` rows in random order, else null. */
function heldOut({ population }: Source, base: Sql, held: number): Sql {
  if (held === 0) return sql`select w.*, null::integer as _held from (${base}) w`;
  const rank = sql`row_number() over (order by w._order, ${tieBreak(population, sql`w`)})`;
  return sql`select w.*, case when ${rank} <= ${held} then -1 end as _held from (${base}) w`;
}

/** Each row leaves with the first subset that matches it and is not full. */
function exclusiveLayers(source: Source, subsets: readonly Subset[], base: Sql, total: number): Sql {
  let rows = base;
  let before: Sql = sql`w._held`;
  subsets.forEach((subset, index) => {
    const here = sql`(${before} is null and ${matchOf(subset, index)})`;
    const chosen = isTaken(source, { subset, index, here, total });
    rows = sql`select w.*, coalesce(${before}, case when ${chosen} then ${index + 1}::integer end) as ${layer(index)} from (${rows}) w`;
    before = sql`w.${layer(index)}`;
  });
  return sql`select ${selectWork(source.population, sql`w`)}, coalesce(${before}, 0) as _outlet from (${rows}) w`;
}

/** Each row leaves with every subset that matches it and is not full: `_takes<n>`. */
function overlapLayers(source: Source, subsets: readonly Subset[], base: Sql, total: number): Sql {
  let rows = base;
  subsets.forEach((subset, index) => {
    const here = sql`(w._held is null and ${matchOf(subset, index)})`;
    rows = sql`select w.*, ${isTaken(source, { subset, index, here, total })} as ${takes(index)} from (${rows}) w`;
  });
  const flags = subsets.map((_, index) => sql`w.${takes(index)}`);
  const outlet = sql`coalesce(w._held, case when ${join(flags, ' or ')} then 1 else 0 end) as _outlet`;
  return sql`select ${join([selectWork(source.population, sql`w`), ...flags, outlet])} from (${rows}) w`;
}

/** Whether a row is `here` and, where there is a limit, among the first of those that are. */
function isTaken(
  { population }: Source,
  input: { readonly subset: Subset; readonly index: number; readonly here: Sql; readonly total: number },
): Sql {
  const { subset, index, here, total } = input;
  if (subset.limit === undefined) return here;
  const sort = sortOf(subset.sort);
  const order = join([
    ...(sort ? [sql`w.${sorted(index)} ${sort.descending ? sql`desc` : sql`asc`} nulls last`] : []),
    sql`w._order`,
    tieBreak(population, sql`w`),
  ]);
  const rank = sql`row_number() over (partition by ${here} order by ${order})`;
  return sql`(${here} and ${rank} <= ${limitOf(subset.limit, subset.of, total, here)})`;
}

/** The number of rows that a limit allows; a share of the matching rows is only known inside the query. */
function limitOf(limit: number | string, of: Subset['of'], total: number, here: Sql): Sql {
  if (typeof limit === 'number' || of === 'population') return sql`${rowsOf(limit, total)}::bigint`;
  return sql`floor(count(*) over (partition by ${here}) * ${limit.slice(0, -1)}::numeric / 100 + 0.5)`;
}

function matchOf(subset: Subset, index: number): Sql {
  return subset.where ? sql`w.${matches(index)}` : sql`true`;
}

function conditionOf(work: Work<Split>, { population, catalog }: Source, rule: NonNullable<Subset['where']>): Sql {
  const { dimension: on, columns } = population;
  return ruleCondition({ rule, catalog, on, alias: 'w', columns, source: 'population', now: work.now });
}

/** Whether a rule is made of nothing but conditions on columns of the work table. */
function readsOnlyCarried(rule: unknown, source: Source): boolean {
  if (Array.isArray(rule)) return rule.every((part) => readsOnlyCarried(part, source));
  if (typeof rule !== 'object' || rule === null) return false;
  if ('column' in rule) return typeof rule.column === 'string' && carries(source.population, rule.column);
  const entries = Object.entries(rule);
  return entries.length > 0 && entries.every(([key, part]) => GROUPS.has(key) && readsOnlyCarried(part, source));
}

const GROUPS: ReadonlySet<string> = new Set(['all', 'any', 'none', 'not']);
