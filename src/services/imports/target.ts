import { ColumnName, type ColumnType, PROFILES, TableDefinition } from '../../core/data/index.ts';
import {
  columnNameOf,
  compileDateFormat,
  inferType,
  type Mapping,
  planProfiles,
  planTable,
  type RowPlan,
} from '../../core/imports/index.ts';
import { AppError, invalid, parseWith, say, says, suggest } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { mustNotCompute } from '../live/index.ts';
import { publishedTables } from '../tables/index.ts';
import type { Target } from './merge.ts';
import type { RowFile } from './row-file.ts';

export type TargetRequest = {
  readonly target: string;
  readonly mapping: Mapping;
  /** The key of a table to be made, or the identity namespace of people; names of our columns. */
  readonly key?: readonly string[] | undefined;
  /** The identity of a table to be made. */
  readonly identity?: { readonly column: string; readonly namespace: string } | undefined;
  readonly fileName: string;
};

/** Finds what the file goes into and compiles how; makes a definition from the file when the table does not exist and a key is given. */
export async function planTarget(
  db: Queryable,
  request: TargetRequest,
  file: RowFile,
): Promise<{ target: Target; plan: RowPlan }> {
  const { mapping, key, fileName } = request;
  const types = inferredTypes(file, mapping);
  if (request.target === PROFILES) {
    const written = Object.keys(mapping.traits ?? {});
    await mustNotCompute(
      db,
      written.map((name) => ({ name, path: `traits.${name}` })),
    );
    const planned = planProfiles({ mapping, file: file.columns, types, key: key?.[0] });
    if ('problems' in planned) throw invalid(say('The mapping does not fit the file.'), planned.problems);
    const target: Target = {
      kind: 'profiles',
      source: `import:${fileName}`,
      overRefusal: mapping.consent_over_refusal,
    };
    return { target, plan: planned.plan };
  }
  const tables = await publishedTables(db);
  const existing = tables.find((table) => table.key === request.target);
  const definition = existing ?? newDefinition(request, types, tables);
  const planned = planTable({ definition, mapping, file: file.columns });
  if ('problems' in planned) throw invalid(say('The mapping does not fit the file.'), planned.problems);
  return { target: { kind: 'table', definition, isNew: existing === undefined }, plan: planned.plan };
}

/** The type of each column of the file, guessed from its first rows. */
export function inferredTypes(file: RowFile, mapping: Mapping): Map<string, ColumnType> {
  const readDate = mapping.date_format === undefined ? undefined : compileDateFormat(mapping.date_format);
  return new Map(
    [...file.samples].map(([name, samples]) => [name, inferType(samples, { decimal: mapping.decimal, readDate })]),
  );
}

function newDefinition(
  { target, mapping, key, identity }: TargetRequest,
  types: ReadonlyMap<string, ColumnType>,
  tables: readonly TableDefinition[],
): TableDefinition {
  if (!key || key.length === 0) {
    const near = suggest(target, [PROFILES, ...tables.map((table) => table.key)]);
    throw new AppError(
      'not_found',
      say('There is no table "{target}". Name its key to have it made from the file.', { target }),
      {
        problems: [
          {
            path: 'into',
            ...says('The file has {columns}.', {
              columns: [...types].map(([name, type]) => `${columnNameOf(name)} ${type}`).join(', '),
            }),
            ...(near ? { suggestion: near } : {}),
          },
        ],
      },
    );
  }
  const columns = mapping.columns ? mappedTypes(mapping, types) : fileTypes(types);
  const input = { kind: 'table', key: target, columns, primary_key: [...key], ...(identity ? { identity } : {}) };
  return parseWith(TableDefinition, input, say('The {kind} "{key}"', { kind: say('table'), key: target }));
}

function fileTypes(types: ReadonlyMap<string, ColumnType>): Record<string, ColumnType> {
  const named = [...types]
    .filter(([name]) => !name.startsWith('_'))
    .map(([name, type]) => [columnNameOf(name), type] as const);
  const twice = named.find(([name], index) => named.findIndex(([other]) => other === name) !== index);
  if (twice)
    throw new AppError(
      'invalid',
      say('Two columns of the file would be called "{name}"; name them in a mapping.', { name: twice[0] ?? '' }),
    );
  return Object.fromEntries(named.filter(([name]) => ColumnName.safeParse(name).success));
}

function mappedTypes(mapping: Mapping, types: ReadonlyMap<string, ColumnType>): Record<string, ColumnType> {
  return Object.fromEntries(
    Object.entries(mapping.columns ?? {}).map(([name, rule]): [string, ColumnType] => {
      const guess = rule.multiply ? 'decimal' : rule.column === '$line' ? 'integer' : types.get(rule.column ?? '');
      return [name, rule.type ?? guess ?? 'text'];
    }),
  );
}
