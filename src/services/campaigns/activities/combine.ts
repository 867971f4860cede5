import { allColumns, type Combine, inputsInOrder } from '../../../core/campaigns/index.ts';
import { id, join, type Sql, sql } from '../../../platform/sql/index.ts';
import { postgresType } from '../../tables/index.ts';
import { comparable, fromSource, keyColumns, randomOrder, type Source, selectWork, tieBreak } from '../source.ts';
import { createOutflow, type Inflow, type Outcome, type Outflow, type Work } from '../work.ts';

/** One inbound population with what makes its rows the same as others: `_key0` and on, null when a row has nothing to compare. */
type Member = { readonly source: Source; readonly rows: Sql; readonly keys: readonly Sql[] };

/** Unions, intersections and exclusions, as hash joins between the tables that arrive. */
export async function runCombine(work: Work<Combine>): Promise<Outcome> {
  const { activity } = work;
  const inputs = inputsInOrder(activity, work.inputs);
  const members = inputs.map((input) => memberOf(work, input));
  const outflows: Outflow[] = [await createOutflow(work, 'next', nextQuery(work, members))];
  if (activity.complement !== undefined) {
    outflows.push(await createOutflow(work, 'complement', complementQuery(work, members)));
  }
  return { kind: 'done', outflows };
}

function nextQuery(work: Work<Combine>, members: readonly Member[]): Sql {
  const [first, ...others] = members;
  if (!first) throw new Error('A combine was started without populations.');
  switch (work.activity.mode) {
    case 'union':
      return unionQuery(work, members);
    case 'intersection':
      return sql`select ${columnsOf(first)} from (${distinctRows(work, first)}) w where ${every(others.map(among))}`;
    case 'exclusion':
      return sql`select ${columnsOf(first)} from (${first.rows}) w where ${every(others.map(notAmong))}`;
  }
}

/** Intersection: the union less the intersection. Exclusion: the rows of the primary that some other set has. */
function complementQuery(work: Work<Combine>, members: readonly Member[]): Sql {
  const [first, ...others] = members;
  if (!first) throw new Error('A combine was started without populations.');
  const exclusion = work.activity.mode === 'exclusion';
  const rows = exclusion ? first.rows : distinctRows(work, first);
  const columns = exclusion ? columnsOf(first) : commonColumns(members, first);
  // A row that is (not) in some of the others, written as disjoint cases that hash joins can answer, instead of an `or`.
  const cases = others.map((other, index) => {
    const before = others.slice(0, index).map(exclusion ? notAmong : among);
    const here = exclusion ? among(other) : notAmong(other);
    return sql`select ${columns} from (${rows}) w where ${every([...before, here])}`;
  });
  if (exclusion) return join(cases, ' union all ');
  const rest = others.map((other, index) => restOf(work, members, other, members.slice(0, index + 1)));
  return join([...cases, ...rest], ' union all ');
}

function unionQuery(work: Work<Combine>, members: readonly Member[]): Sql {
  const pieces = members.map((member, index) => restOf(work, members, member, members.slice(0, index)));
  return join(pieces, ' union all ');
}

/** The rows of a member that none of the members before it has. */
function restOf(work: Work<Combine>, all: readonly Member[], member: Member, before: readonly Member[]): Sql {
  const rows = distinctRows(work, member);
  return sql`select ${commonColumns(all, member)} from (${rows}) w where ${every(before.map(notAmong))}`;
}

function memberOf(work: Work<Combine>, input: Inflow): Member {
  const { by } = work.activity;
  const source: Source = { table: input.table, population: input.population, catalog: work.catalog };
  const values =
    by === 'keys'
      ? keyColumns(input.population).map((name) => sql`w.${id(name)}`)
      : by.map((name) => comparable(source, name));
  const compared = by === 'keys' || by.length === 1 ? values : [compositeKey(values)];
  const keys = compared.map((_, index) => id(`_key${index}`));
  const named = compared.map((value, index) => sql`${value} as ${id(`_key${index}`)}`);
  const from = fromSource(source, by === 'keys' ? [] : by);
  return { source, keys, rows: sql`select ${selectWork(input.population, sql`w`)}, ${join(named)} from ${from}` };
}

/** Several columns as one array: arrays compare nothing equal to nothing, which `=` between the columns would not. */
function compositeKey(values: readonly Sql[]): Sql {
  const none = join(
    values.map((value) => sql`${value} is null`),
    ' and ',
  );
  return sql`case when not (${none}) then array[${join(values.map((value) => sql`(${value})::text`))}] end`;
}

/** The rows of a member, one for each key; rows without a key all stay. */
function distinctRows(work: Work<Combine>, member: Member): Sql {
  const { population } = member.source;
  const { by } = work.activity;
  if (by === 'keys' && population.unique) return member.rows;
  const keys = member.keys.map((key) => sql`w.${key}`);
  const order = join([
    randomOrder(population, `${work.run.campaignKey}/${work.name}`, sql`w`),
    tieBreak(population, sql`w`),
  ]);
  return sql`select * from (
    select w.*, row_number() over (partition by ${join(keys)} order by ${order}) as _rank from (${member.rows}) w) w
    where w._rank = 1 or w._key0 is null`;
}

function among(member: Member): Sql {
  return sql`exists (select from (${member.rows}) o where ${sameKey(member)})`;
}

function notAmong(member: Member): Sql {
  return sql`not ${among(member)}`;
}

function sameKey(member: Member): Sql {
  return join(
    member.keys.map((key) => sql`o.${key} = w.${key}`),
    ' and ',
  );
}

function every(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : join(conditions, ' and ');
}

function columnsOf(member: Member): Sql {
  return selectWork(member.source.population, sql`w`);
}

/** The columns that all members have together; those that this one lacks are empty. */
function commonColumns(members: readonly Member[], member: Member): Sql {
  const { population } = member.source;
  const own = new Set(population.columns.map((column) => column.name));
  const added = allColumns(members.map((it) => it.source.population));
  const fixed = ['bucket', 'profile_id', ...population.keys.map((key) => key.name)];
  return join([
    ...fixed.map((name) => sql`w.${id(name)}`),
    ...added.map(({ name, type }) =>
      own.has(name) ? sql`w.${id(name)}` : sql`null::${postgresType(type)} as ${id(name)}`,
    ),
  ]);
}
