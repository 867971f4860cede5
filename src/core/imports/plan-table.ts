import { type ColumnType, columnsOf, type TableDefinition } from '../data/index.ts';
import { type Problem, says, suggest } from '../kernel/index.ts';
import { normaliseIdentity } from '../profiles/index.ts';
import {
  type Cells,
  type CompiledCell,
  compileCell,
  copyText,
  type FileColumns,
  findColumn,
  unstorable,
} from './cell.ts';
import { createKeyWatch } from './key-watch.ts';
import { CHANGE_COLUMN, type ColumnRule, columnNameOf, type Mapping } from './mapping.ts';
import type { PlanFacts, PlannedColumn, RowPlan } from './plan.ts';
import { type Reject, type RejectReason, refuse, rejectOf } from './reject.ts';

/** PostgreSQL cannot index longer texts (a third of a page, and a character takes up to four bytes). */
const INDEXED_CHARS_MAX = 600;

const STAGE_TYPES: Record<ColumnType, string> = {
  text: 'text',
  integer: 'bigint',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
  json: 'jsonb',
};

type Target = {
  readonly name: string;
  readonly type: ColumnType;
  readonly cell: CompiledCell;
  readonly key: boolean;
  readonly required: boolean;
  readonly indexed: boolean;
  readonly escaped: boolean;
};

type Request = { readonly definition: TableDefinition; readonly mapping: Mapping; readonly file: FileColumns };

/** Compiles how a file's rows become rows of a table; or everything that is wrong with the mapping. */
export function planTable(request: Request): { plan: RowPlan } | { problems: Problem[] } {
  const { definition, mapping, file } = request;
  const problems: Problem[] = [];
  for (const block of ['identities', 'traits', 'consent'] as const) {
    if (mapping[block]) problems.push({ path: block, ...says('A table has no {block}; only profiles do.', { block }) });
  }
  const rules = mapping.columns ? Object.entries(mapping.columns) : matchingColumns(definition, file);
  const targets = compileTargets(request, rules, problems);
  for (const key of definition.primary_key) {
    if (!rules.some(([name]) => name === key)) {
      const near = suggest(key, file.names);
      problems.push({
        path: `columns.${key}`,
        ...says('"{key}" is part of the key, and nothing is read into it.', { key }),
        ...(near ? { suggestion: near } : {}),
      });
    }
  }
  const isDelete = compileChange(mapping, file, problems);
  if (problems.length > 0) return { problems };
  return { plan: tablePlan(request, targets, isDelete) };
}

function matchingColumns(definition: TableDefinition, file: FileColumns): [string, ColumnRule][] {
  return columnsOf(definition).flatMap(({ name }) => {
    const source = file.names.includes(name) ? name : file.names.find((header) => columnNameOf(header) === name);
    return source === undefined ? [] : [[name, { column: source, transform: [] }]];
  });
}

function compileTargets(
  { definition, mapping, file }: Request,
  rules: [string, ColumnRule][],
  problems: Problem[],
): Target[] {
  const types = new Map(columnsOf(definition).map((column) => [column.name, column.type]));
  const linked = new Set(Object.values(definition.links).flatMap((link) => Object.keys(link.on)));
  return rules.flatMap(([name, rule]) => {
    const path = `columns.${name}`;
    const type = types.get(name);
    if (type === undefined) {
      const near = suggest(name, types.keys());
      const said = says('The table "{key}" has no column "{name}".', { key: definition.key, name });
      problems.push({ path, ...said, ...(near ? { suggestion: near } : {}) });
      return [];
    }
    if (rule.type !== undefined && rule.type !== type) {
      problems.push({ path: `${path}.type`, ...says('"{name}" is {type}.', { name, type }), expected: type });
    }
    const identity = definition.identity?.column === name;
    const cell = compileCell({ rule, type, path, mapping, file, identity }, problems);
    if (!cell) return [];
    const setting = definition.columns[name];
    const key = definition.primary_key.includes(name);
    const required = typeof setting === 'object' && setting.required;
    const escaped = type === 'text' || type === 'json';
    return [{ name, type, cell, key, required, indexed: type === 'text' && (key || linked.has(name)), escaped }];
  });
}

type ReadChange = (cells: Cells) => boolean | RejectReason;

function compileChange(
  mapping: Mapping,
  file: FileColumns,
  problems: Problem[],
): (ReadChange & { position: number }) | undefined {
  const change = mapping.change ?? (file.names.includes(CHANGE_COLUMN) ? defaultChange : undefined);
  if (!change) return undefined;
  const position = findColumn(change.column, file, 'change.column', problems);
  if (position === undefined) return undefined;
  const words = new Map([
    ...change.upsert.map((word) => [word.toLowerCase(), false] as const),
    ...change.delete.map((word) => [word.toLowerCase(), true] as const),
  ]);
  const read = (cells: Cells) => {
    const word = (cells[position] ?? '').trim().toLowerCase();
    return words.get(word) ?? (word === '' ? false : 'unknown_change');
  };
  return Object.assign(read, { position });
}

const defaultChange = { column: CHANGE_COLUMN, delete: ['D', 'delete'], upsert: ['U', 'I', 'upsert'] };

function tablePlan(
  { definition, mapping, file }: Request,
  targets: readonly Target[],
  readChange: (ReadChange & { position: number }) | undefined,
): RowPlan {
  const owner = definition.identity;
  const keys = createKeyWatch(targets.filter((target) => target.key).map((target) => target.type));
  let partial = false;
  const read = new Set([...targets.map((target) => target.cell.source), file.names[readChange?.position ?? -1]]);

  function convert(cells: Cells, line: number, reject: (reject: Reject) => void): string | undefined {
    const change = readChange?.(cells) ?? false;
    let failed = typeof change === 'string';
    if (typeof change === 'string') {
      const position = readChange?.position ?? 0;
      reject(rejectOf(line, file.names[position] ?? '', cells[position] ?? '', change));
    }
    keys.start();
    let fields = '';
    let present = '';
    let identity = '\\N';
    let absent = false;
    for (const target of targets) {
      // A delete says which row, and how new it is; the rest of its line does not matter.
      const skipped = change === true && !target.key && target.name !== definition.version;
      const value = skipped ? null : target.cell.read(cells, line);
      const refused = refusalOf(target, value, change === true);
      if (refused) {
        reject(rejectOf(line, target.name, target.cell.show(cells), refused));
        failed = true;
      } else if (typeof value === 'string') {
        fields += `\t${target.escaped ? copyText(value) : value}`;
        present += '1';
        if (target.key) keys.part(value);
        if (owner?.column === target.name) {
          const form = normaliseIdentity(owner.namespace, value, { defaultCountry: mapping.default_country });
          if (form === undefined) {
            reject(rejectOf(line, target.name, target.cell.show(cells), 'invalid_identity'));
            failed = true;
          } else identity = copyText(form);
        }
      } else {
        fields += '\t\\N';
        present += value === undefined ? '0' : '1';
        absent ||= value === undefined;
      }
    }
    keys.end();
    if (failed) return undefined;
    partial ||= absent;
    const head = `${line}\t${change === true ? 't' : 'f'}\t${absent ? present : '\\N'}`;
    return `${head}${owner ? `\t${identity}` : ''}${fields}\n`;
  }

  return {
    columns: targets.map(({ name, type, cell }): PlannedColumn => ({ target: name, type, source: cell.source })),
    ignored: file.names.filter((name) => !read.has(name)),
    stage: [
      { name: '_line', type: 'bigint' },
      { name: '_deleted', type: 'boolean' },
      { name: '_present', type: 'text' },
      ...(owner ? [{ name: '_identity', type: 'text' }] : []),
      ...targets.map(({ name, type }) => ({ name, type: STAGE_TYPES[type] })),
    ],
    convert,
    facts: (): PlanFacts => ({ partial, keysDistinct: keys.distinct() }),
  };
}

const MISSING_KEY = refuse('missing_key').reason;

function refusalOf(
  target: Target,
  value: ReturnType<CompiledCell['read']>,
  deleted: boolean,
): RejectReason | undefined {
  if (value === null || value === undefined) {
    if (target.key) return MISSING_KEY;
    return target.required && value === null && !deleted ? 'missing_value' : undefined;
  }
  if (typeof value === 'object') return value.reason;
  if (target.indexed && value.length > INDEXED_CHARS_MAX) return 'too_long';
  return target.escaped ? unstorable(value) : undefined;
}
