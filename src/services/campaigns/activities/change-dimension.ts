import { type ChangeDimension, findPath, type Hop, kindOf, type Population } from '../../../core/campaigns/index.ts';
import { PROFILES } from '../../../core/data/index.ts';
import { AppError, say } from '../../../core/kernel/index.ts';
import { id, join, type Sql, sql } from '../../../platform/sql/index.ts';
import { tableName } from '../../tables/index.ts';
import { joinDimension, keyColumns, randomOrder, type Source, selectWork, workColumns } from '../source.ts';
import { createOutflow, type Outcome, type Outflow, onlyInflow, type Work } from '../work.ts';

/** The joins along the links, and what the rows at their end are. */
type Way = {
  /** Starts with the work table `w`. */
  readonly from: Sql;
  /** True where the links arrive somewhere. */
  readonly found: Sql;
  readonly bucket: Sql;
  readonly profile: Sql;
  /** The alias of the last table. */
  readonly at: Sql;
  /** The work table knows the answer itself: no join was needed. */
  readonly direct: boolean;
};

/** Follows the links as joins; `complement` are the rows for which the joins find nothing. */
export async function runChangeDimension(work: Work<ChangeDimension>): Promise<Outcome> {
  const { activity, catalog } = work;
  const input = onlyInflow(work);
  const source = { table: input.table, population: input.population, catalog };
  const target = kindOf(activity).output({ activity, inputs: [input], catalog }, 'next');
  const path = findPath({ catalog, from: input.population.dimension, to: activity.to, through: activity.through });
  if (path.kind === 'none') throw new AppError('invalid', path.problem.wording, { problems: [path.problem] });
  if (!target) throw new AppError('invalid', say('There is no table "{to}".', { to: activity.to }));

  const way = follow(source, path.hops);
  const outflows: Outflow[] = [await createOutflow(work, 'next', arrivals(work, source, target, way))];
  if (activity.complement !== undefined) {
    outflows.push(await createOutflow(work, 'complement', leftBehind(source, way)));
  }
  return { kind: 'done', outflows };
}

/** The rows that the links lead to, once each or once for every row that leads there, with the columns that travel along. */
function arrivals(work: Work<ChangeDimension>, source: Source, target: Population, way: Way): Sql {
  const added = target.columns.map((column) => sql`w.${id(column.name)}`);
  const keys = target.keys.map((key) => sql`${way.at}.${id(key.name)}`);
  const columns = join([sql`${way.bucket} as bucket`, sql`${way.profile} as profile_id`, ...keys, ...added]);
  if (work.activity.duplicates === 'keep') return sql`select ${columns} from ${way.from} where ${way.found}`;
  if (added.length === 0) return sql`select distinct ${columns} from ${way.from} where ${way.found}`;
  // Of several rows that lead to the same one, chance decides whose added columns are kept, the same way every time.
  const order = randomOrder(source.population, `${work.run.campaignKey}/${work.name}`, sql`w`);
  const same = join(keyColumns(target).map((name) => sql`r.${id(name)}`));
  return sql`select ${join(workColumns(target).map((name) => sql`r.${id(name)}`))} from (
    select r.*, row_number() over (partition by ${same} order by r._order) as _rank
    from (select ${columns}, ${order} as _order from ${way.from} where ${way.found}) r) r
    where r._rank = 1`;
}

function leftBehind(source: Source, way: Way): Sql {
  const columns = selectWork(source.population, sql`w`);
  if (way.direct) return sql`select ${columns} from ${way.from} where not ${way.found}`;
  const keys = keyColumns(source.population);
  const same = keys.map((name) => sql`f.${id(name)} = w.${id(name)}`);
  const arrived = sql`select ${join(keys.map((name) => sql`w.${id(name)}`))} from ${way.from} where ${way.found}`;
  return sql`select ${columns} from ${id('work', source.table)} w
    where not exists (select from (${arrived}) f where ${join(same, ' and ')})`;
}

function follow(source: Source, hops: readonly Hop[]): Way {
  let way: Way = {
    from: sql`${id('work', source.table)} w`,
    found: sql`true`,
    bucket: sql`w.bucket`,
    profile: sql`w.profile_id`,
    at: sql`w`,
    direct: true,
  };
  hops.forEach((hop, index) => {
    if (!hop.on && hop.to === PROFILES) {
      // A row knows its owner by itself: the last step to people needs no join.
      way = { ...way, found: sql`(${way.profile} is not null)` };
      return;
    }
    way = joinNext(source, way, hop, id(`t${index}`));
  });
  return way;
}

function joinNext({ catalog, ...source }: Source, way: Way, hop: Hop, alias: Sql): Way {
  // A link may need a column that the work table does not have: its first step starts at the dimension's own row.
  const start =
    hop.on && way.direct ? { from: sql`${way.from}${joinDimension({ catalog, ...source })}`, at: sql`d` } : way;
  const on = hop.on
    ? hop.on.map(([own, there]) => sql`${alias}.${id(there)} = ${start.at}.${id(own)}`)
    : [sql`${alias}._bucket = ${way.bucket}`, sql`${alias}._profile_id = ${way.profile}`];
  const owned = catalog.tables.get(hop.to)?.identity !== undefined;
  return {
    from: sql`${start.from} join ${tableName(hop.to)} ${alias} on ${join(on, ' and ')}`,
    found: sql`true`,
    bucket: owned ? sql`${alias}._bucket` : sql`null::smallint`,
    profile: owned ? sql`${alias}._profile_id` : sql`null::bigint`,
    at: alias,
    direct: false,
  };
}
