import { type Catalog, type Column, type ColumnType, PROFILE_COLUMNS, PROFILES } from '../data/index.ts';
import { type Problem, say, says, suggest, unknownName } from '../kernel/index.ts';

/**
 * The shape of the rows on an arrow. Every row starts with (bucket, profile_id), then the primary key columns of the dimension, then
 * the columns that activities added.
 */
export type Population = {
  /** What a row is: `profiles` or the key of a table. */
  readonly dimension: string;
  /** The primary key columns of the dimension's table; none for profiles. */
  readonly keys: readonly Column[];
  /** Columns that activities added; they travel along and win over a column of the dimension with the same name. */
  readonly columns: readonly Column[];
  /** No two rows are the same profile or the same row of the table. */
  readonly unique: boolean;
};

/** The population of `dimension` with these added columns; undefined when there is no such table. */
export function populationOf(
  catalog: Catalog,
  dimension: string,
  columns: readonly Column[] = [],
  unique = true,
): Population | undefined {
  if (dimension === PROFILES) return { dimension, keys: [], columns, unique };
  const table = catalog.tables.get(dimension);
  if (!table) return undefined;
  const keys = table.columns.filter((column) => table.primaryKey.includes(column.name));
  keys.sort((a, b) => table.primaryKey.indexOf(a.name) - table.primaryKey.indexOf(b.name));
  return { dimension, keys, columns: columns.filter((column) => !table.primaryKey.includes(column.name)), unique };
}

/** The columns that the dimension itself has, whether the population carries them or not. */
export function dimensionColumns(catalog: Catalog, dimension: string): readonly Column[] {
  if (dimension !== PROFILES) return catalog.tables.get(dimension)?.columns ?? [];
  const reserved = new Set(PROFILE_COLUMNS.map((column) => column.name));
  const traits = catalog.traits.filter((trait) => !reserved.has(trait.name));
  return [...PROFILE_COLUMNS, ...traits.map(({ name, type }) => ({ name, type: TRAIT_TYPE[type] }))];
}

/** Nothing declares the type of a trait: a number may turn up with decimals, and what looks like a date is text. */
const TRAIT_TYPE: Readonly<Record<ColumnType, ColumnType>> = {
  text: 'text',
  integer: 'decimal',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'text',
  timestamp: 'text',
  json: 'json',
};

/**
 * The column that `name` means in a population: an added one, else one of the dimension. Nobody declares traits, so a name that no
 * profile was seen to have is a trait too, unless it is nearly that of another: then it is a slip, and there is no such column.
 */
export function findColumn(catalog: Catalog, population: Population, name: string): Column | undefined {
  const same = (column: Column) => column.name === name;
  const dimension = dimensionColumns(catalog, population.dimension);
  const found = population.keys.find(same) ?? population.columns.find(same) ?? dimension.find(same);
  if (found || population.dimension !== PROFILES) return found;
  const known = [...population.columns, ...dimension].map((column) => column.name);
  return suggest(name, known) === undefined ? { name, type: 'text' } : undefined;
}

/** A problem for each of `names` that is neither in the population nor in its dimension. */
export function checkColumns(input: {
  readonly catalog: Catalog;
  readonly population: Population;
  readonly names: readonly { readonly name: string; readonly path: string }[];
}): Problem[] {
  const { catalog, population } = input;
  return input.names.flatMap(({ name, path }) => {
    if (findColumn(catalog, population, name)) return [];
    const known = [...population.columns, ...dimensionColumns(catalog, population.dimension)];
    return [
      unknownName({
        what: say('column of {table}', { table: population.dimension }),
        name,
        path,
        known: known.map((c) => c.name),
      }),
    ];
  });
}

/** The names that every row of a population already has. */
const OWN_NAMES: ReadonlySet<string> = new Set(['bucket', 'profile_id']);

/** A problem when a column would be called like one that every row has. */
export function checkOwnNames(population: Population, path: string): Problem[] {
  return [...population.keys, ...population.columns]
    .filter((column) => OWN_NAMES.has(column.name))
    .map(({ name }) => ({
      path,
      ...says('Every row has its own "{name}"; a column of that name cannot travel along.', { name }),
    }));
}
