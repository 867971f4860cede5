import { type Problem, says, suggest } from '../kernel/index.ts';
import { columnsOf, PROFILES } from './catalog.ts';
import type { ColumnType, TableDefinition } from './table.ts';

/** Types that order in time or number, so that a newer version can be told from an older one. */
const VERSION_TYPES: readonly ColumnType[] = ['integer', 'decimal', 'date', 'timestamp'];
const KEY_TYPES: readonly ColumnType[] = ['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp'];
const IDENTITY_TYPES: readonly ColumnType[] = ['text', 'integer'];
export const TABLE_COLUMNS_MAX = 500;

/**
 * Everything wrong with a table's definition by itself and against the other tables that exist. `others` are the published
 * definitions; the definition may link to itself.
 */
export function checkTable(definition: TableDefinition, others: readonly TableDefinition[]): Problem[] {
  const columns = new Map(columnsOf(definition).map((column) => [column.name, column.type]));
  const problems: Problem[] = [];
  if (definition.key === PROFILES) problems.push({ path: 'key', ...says('"profiles" is the name of the people.') });
  if (columns.size === 0) problems.push({ path: 'columns', ...says('A table needs at least one column.') });
  if (columns.size > TABLE_COLUMNS_MAX) {
    problems.push({ path: 'columns', ...says('A table holds at most {max} columns.', { max: TABLE_COLUMNS_MAX }) });
  }
  const named = (path: string, column: string, types: readonly ColumnType[]) => {
    problems.push(...checkColumn({ path, column, types, columns, of: 'columns' }));
  };
  definition.primary_key.forEach((column, index) => {
    named(`primary_key.${index}`, column, KEY_TYPES);
    if (definition.primary_key.indexOf(column) !== index) {
      problems.push({
        path: `primary_key.${index}`,
        ...says('"{column}" stands twice in the primary key.', { column }),
      });
    }
  });
  if (definition.identity) named('identity.column', definition.identity.column, IDENTITY_TYPES);
  if (definition.version) named('version', definition.version, VERSION_TYPES);
  return [...problems, ...checkLinks(definition, columns, others)];
}

function checkLinks(
  definition: TableDefinition,
  columns: ReadonlyMap<string, ColumnType>,
  others: readonly TableDefinition[],
): Problem[] {
  const tables = new Map([...others, definition].map((other) => [other.key, other]));
  return Object.entries(definition.links).flatMap(([name, link]) => {
    const path = `links.${name}`;
    const target = tables.get(link.to);
    if (!target) {
      const near = suggest(link.to, tables.keys());
      return [
        {
          path: `${path}.to`,
          ...says('There is no table "{to}".', { to: link.to }),
          ...(near ? { suggestion: near } : {}),
        },
      ];
    }
    const pairs = Object.entries(link.on);
    if (pairs.length === 0) return [{ path: `${path}.on`, ...says('A link needs at least one pair of columns.') }];
    const there = new Map(columnsOf(target).map((column) => [column.name, column.type]));
    return pairs.flatMap(([own, other]) => {
      const found = [
        ...checkColumn({ path: `${path}.on.${own}`, column: own, columns, of: 'columns' }),
        ...checkColumn({ path: `${path}.on.${own}`, column: other, columns: there, of: `columns of "${link.to}"` }),
      ];
      const [from, to] = [columns.get(own), there.get(other)];
      if (found.length === 0 && from !== to) {
        found.push({
          path: `${path}.on.${own}`,
          ...says('"{own}" is {from} and "{to}.{other}" is {type}.', {
            own,
            from: from ?? '',
            to: link.to,
            other,
            type: to ?? '',
          }),
        });
      }
      return found;
    });
  });
}

type ColumnCheck = {
  readonly path: string;
  readonly column: string;
  readonly columns: ReadonlyMap<string, ColumnType>;
  readonly of: string;
  readonly types?: readonly ColumnType[];
};

function checkColumn({ path, column, columns, of, types }: ColumnCheck): Problem[] {
  const type = columns.get(column);
  if (type === undefined) {
    const near = suggest(column, columns.keys());
    return [
      { path, ...says('"{column}" is not one of the {of}.', { column, of }), ...(near ? { suggestion: near } : {}) },
    ];
  }
  if (types && !types.includes(type)) {
    return [{ path, ...says('"{column}" is {type}.', { column, type }), expected: types.join(' | ') }];
  }
  return [];
}
