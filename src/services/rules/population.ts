import { type Catalog, type Column, PROFILES } from '../../core/data/index.ts';
import { type Instant, invalid, say, says } from '../../core/kernel/index.ts';
import { type Rule, subjectOf } from '../../core/rules/index.ts';
import { id, join, type Sql, sql } from '../../platform/sql/index.ts';
import { type Among, amongSql } from './store-among.ts';
import { insideJson, numberOf } from './store-compare.ts';
import { baseOf, ruleCondition, traitValue } from './store-condition.ts';

export type PopulationInput = {
  /** Absent: everybody, or every row. */
  readonly rule?: Rule;
  readonly catalog: Catalog;
  /** `profiles` or the key of a table. */
  readonly on: string;
  /** Columns of the table, or traits and reserved columns of the profile, to bring along. */
  readonly columns?: readonly string[];
  /** Of people: only some of them. */
  readonly among?: Among;
  readonly now: Instant;
};

/**
 * The query of a population: `bucket, profile_id`, then a table's key columns, then the wanted columns, for every row of which the rule
 * is true. The rule must have passed `checkRule`.
 * @throws AppError `invalid` naming columns that do not exist.
 */
export function populationQuery(input: PopulationInput): Sql {
  const alias = 'p';
  const base = baseOf(subjectOf({ catalog: input.catalog, on: input.on }));
  const tests = [
    ...(input.among ? [amongSql(id(alias, 'bucket'), id(alias, 'profile_id'), input.among)] : []),
    ...(input.rule ? [ruleCondition({ ...withoutColumns(input), rule: input.rule, alias, source: 'table' })] : []),
  ];
  const condition = tests.length === 0 ? sql`` : sql` where ${join(tests, ' and ')}`;
  const added = populationColumns(input).map((column) => sql`${column.sql} as ${id(column.name)}`);
  return sql`select ${join([...keyColumns(input, alias), ...added])} from ${base.table} ${id(alias)}${condition}`;
}

function withoutColumns({ catalog, on, among, now }: PopulationInput) {
  return { catalog, on, among, now };
}

function keyColumns(input: PopulationInput, alias: string): Sql[] {
  if (input.on === PROFILES) return [id(alias, 'bucket'), id(alias, 'profile_id')];
  const table = input.catalog.tables.get(input.on);
  const owner = table?.identity
    ? [sql`${id(alias, '_bucket')} as bucket`, sql`${id(alias, '_profile_id')} as profile_id`]
    : [sql`null::smallint as bucket`, sql`null::bigint as profile_id`];
  return [...owner, ...(table?.primaryKey ?? []).map((column) => id(alias, column))];
}

/** The names of the query's columns, in order. */
export function populationHeader(input: PopulationInput): string[] {
  const key = input.on === PROFILES ? [] : (input.catalog.tables.get(input.on)?.primaryKey ?? []);
  return ['bucket', 'profile_id', ...key, ...populationColumns(input).map((column) => column.name)];
}

/** The expressions of the wanted columns, with the types that they have. */
export function populationColumns(input: PopulationInput): (Column & { sql: Sql })[] {
  const problems = [];
  const found = [];
  for (const [index, name] of (input.columns ?? []).entries()) {
    const column = input.on === PROFILES ? profileValue(input.catalog, name) : rowColumn(input, name);
    if (column) found.push(column);
    else
      problems.push({
        path: `columns.${index}`,
        ...says('There is no column "{name}" of {on}.', { name, on: input.on }),
      });
  }
  if (problems.length > 0) throw invalid(say('Columns are not valid.'), problems);
  return found;
}

function rowColumn(input: PopulationInput, name: string): (Column & { sql: Sql }) | undefined {
  const column = input.catalog.tables.get(input.on)?.columns.find((candidate) => candidate.name === name);
  return column && { ...column, sql: id('p', name) };
}

/** A trait as the type that most of its values have; a value of another type is null, as it is to rules. */
function profileValue(catalog: Catalog, name: string): Column & { sql: Sql } {
  const reserved = traitValue(name, 'p');
  if (reserved.type !== 'json') return { name, type: reserved.type, sql: reserved.sql };
  const type = catalog.traits.find((trait) => trait.name === name)?.type ?? 'text';
  const json = insideJson(id('p', 'traits'), name.split('.'));
  switch (type) {
    case 'integer':
    case 'decimal':
      return { name, type: 'decimal', sql: numberOf(json) ?? json.sql };
    case 'boolean':
      return {
        name,
        type,
        sql: sql`(case when jsonb_typeof(${json.sql}) = 'boolean' then (${json.sql})::boolean end)`,
      };
    case 'json':
      return { name, type, sql: json.sql };
    case 'text':
    case 'date':
    case 'timestamp':
      return { name, type: 'text', sql: sql`(${json.sql} #>> '{}')` };
  }
}
