import type { Population } from '../../core/campaigns/index.ts';
import { type Catalog, type Column, type ColumnType, PROFILE_COLUMNS, PROFILES } from '../../core/data/index.ts';
import { empty, id, join, type Sql, sql } from '../../platform/sql/index.ts';
import { tableName } from '../tables/index.ts';

/** A population as SQL reads it: its work table under the alias `w`, and its dimension under `d` where that is asked for. */
export type Source = {
  readonly table: string;
  readonly population: Population;
  readonly catalog: Catalog;
};

/** The names that a population's work table has, in order. */
export function workColumns(population: Population): string[] {
  return ['bucket', 'profile_id', ...population.keys.map((key) => key.name), ...population.columns.map((c) => c.name)];
}

/** All columns of a population's work table under an alias. */
export function selectWork(population: Population, alias: Sql): Sql {
  return join(workColumns(population).map((name) => sql`${alias}.${id(name)}`));
}

/** The primary key of the dimension in a work table. */
export function keyColumns(population: Population): string[] {
  return population.dimension === PROFILES ? ['bucket', 'profile_id'] : population.keys.map((key) => key.name);
}

/** Whether a work table itself has the column. */
export function carries(population: Population, name: string): boolean {
  return [...population.keys, ...population.columns].some((column) => column.name === name);
}

/** `work.table w`, with the dimension joined as `d` when one of the columns asked for is not in the work table. */
export function fromSource(source: Source, names: readonly string[]): Sql {
  const joined = names.some((name) => !carries(source.population, name));
  return sql`${id('work', source.table)} w${joined ? joinDimension(source) : empty}`;
}

/** The left join of the dimension `d` to the work table `w`. */
export function joinDimension({ population, catalog }: Source): Sql {
  if (population.dimension === PROFILES) {
    return sql` left join profile d on d.bucket = w.bucket and d.profile_id = w.profile_id`;
  }
  const owned = catalog.tables.get(population.dimension)?.identity !== undefined;
  const keys = population.keys.map((key) => sql`d.${id(key.name)} = w.${id(key.name)}`);
  const conditions = owned ? [sql`d._bucket = w.bucket`, ...keys] : keys;
  return sql` left join ${tableName(population.dimension)} d on ${join(conditions, ' and ')}`;
}

/** A column by its name: of the work table, else of the dimension. */
export function columnOf(source: Source, name: string): Sql {
  if (carries(source.population, name)) return sql`w.${id(name)}`;
  return dimensionColumn(source.catalog, source.population.dimension, name, sql`d`);
}

/** A column of a dimension under an alias of its table. A trait whose value has another type than most is null. */
export function dimensionColumn(catalog: Catalog, dimension: string, name: string, alias: Sql): Sql {
  if (dimension !== PROFILES || PROFILE_COLUMNS.some((column) => column.name === name))
    return sql`${alias}.${id(name)}`;
  const type = catalog.traits.find((trait) => trait.name === name)?.type ?? 'text';
  return traitOf(alias, name, type);
}

function traitOf(alias: Sql, name: string, type: ColumnType): Sql {
  const value = sql`${alias}.traits -> ${name}::text`;
  const text = sql`${alias}.traits ->> ${name}::text`;
  switch (type) {
    case 'integer':
    case 'decimal':
      return sql`case jsonb_typeof(${value}) when 'number' then (${text})::numeric end`;
    case 'boolean':
      return sql`case jsonb_typeof(${value}) when 'boolean' then (${text})::boolean end`;
    case 'json':
      return sql`(${value})`;
    case 'text':
    case 'date':
    case 'timestamp':
      return sql`(${text})`;
  }
}

/** The type of a column, by its name. */
export function typeOf(source: Source, name: string): ColumnType {
  const { population, catalog } = source;
  const same = (column: Column) => column.name === name;
  const dimension =
    population.dimension === PROFILES
      ? [...PROFILE_COLUMNS, ...catalog.traits]
      : (catalog.tables.get(population.dimension)?.columns ?? []);
  return (population.keys.find(same) ?? population.columns.find(same) ?? dimension.find(same))?.type ?? 'text';
}

/**
 * A column as it is compared with others of its name: emails without their case, texts byte by byte (many times faster than by the
 * rules of a language), empty texts as nothing.
 */
export function comparable(source: Source, name: string): Sql {
  const column = columnOf(source, name);
  const type = typeOf(source, name);
  if (type !== 'text') return type === 'decimal' ? sql`trim_scale(${column})` : column;
  return sql`nullif(${name === 'email' ? sql`lower(${column})` : column}, '') collate "C"`;
}

/**
 * A repeatable random order: the hash of what makes a row itself. Rows that are alike in every column are interchangeable. `seed`
 * names the choice, so that the same activity of the same campaign chooses the same rows in a test, a live run and after a restart.
 */
export function randomOrder(population: Population, seed: string, alias: Sql): Sql {
  const number = sql`hashtextextended(${seed}::text, 0)`;
  if (population.unique && population.dimension === PROFILES)
    return sql`hashint8extended(${alias}.profile_id, ${number})`;
  const names = population.unique ? population.keys.map((key) => key.name) : workColumns(population);
  return sql`hash_record_extended(row(${join(names.map((name) => sql`${alias}.${id(name)}`))}), ${number})`;
}

/** Breaks the ties that equal hashes leave. */
export function tieBreak(population: Population, alias: Sql): Sql {
  return join(keyColumns(population).map((name) => sql`${alias}.${id(name)}`));
}
