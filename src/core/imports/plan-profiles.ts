import type { ColumnType } from '../data/index.ts';
import { type Problem, says } from '../kernel/index.ts';
import { normaliseIdentity, normalisePhone } from '../profiles/index.ts';
import {
  type Cells,
  type CompiledCell,
  compileCell,
  copyText,
  type FileColumns,
  findColumn,
  unstorable,
} from './cell.ts';
import { holdsUnstorable } from './convert.ts';
import { isDouble } from './decimal.ts';
import {
  CHANGE_COLUMN,
  type ColumnRule,
  type ConsentMapping,
  columnNameOf,
  type Mapping,
  PROFILE_TARGETS,
} from './mapping.ts';
import type { PlanFacts, PlannedColumn, RowPlan } from './plan.ts';
import { type Reject, type RejectReason, rejectOf } from './reject.ts';

type Request = {
  readonly mapping: Mapping;
  readonly file: FileColumns;
  /** Types guessed from the sample, for traits that are not told theirs. */
  readonly types: ReadonlyMap<string, ColumnType>;
  /** The namespace to use when the mapping names no identity; its column has the same name. */
  readonly key?: string | undefined;
};

type Field = {
  readonly name: string;
  readonly type: ColumnType;
  readonly cell: CompiledCell;
  /** A guessed type never costs a row: a value that does not fit stays text. */
  readonly guessed: boolean;
};

type Consent = {
  readonly channel: string;
  readonly topic: string;
  readonly column: string;
  readonly position: number;
  readonly words: ReadonlyMap<string, 'granted' | 'refused'>;
};

type Compiled = {
  readonly identities: readonly Field[];
  readonly columns: readonly Field[];
  readonly traits: readonly Field[];
  readonly consents: readonly Consent[];
};

/** Compiles how a file's rows become people; or everything that is wrong with the mapping. */
export function planProfiles(request: Request): { plan: RowPlan } | { problems: Problem[] } {
  const { mapping, file } = request;
  const problems: Problem[] = [];
  if (mapping.change) problems.push({ path: 'change', ...says('A file cannot delete people.') });
  const blocks = mapping.identities ? mapping : automaticBlocks(request, problems);
  for (const name of Object.keys(blocks.columns ?? {})) {
    if (!PROFILE_TARGETS.includes(name)) {
      const said = says('"{name}" is not a column of profiles; everything else is a trait.', { name });
      problems.push({ path: `columns.${name}`, ...said, expected: PROFILE_TARGETS.join(' | ') });
    }
  }
  const compiled: Compiled = {
    identities: compileFields(request, 'identities', blocks.identities ?? {}, problems),
    columns: compileFields(request, 'columns', blocks.columns ?? {}, problems),
    traits: compileFields(request, 'traits', blocks.traits ?? {}, problems),
    consents: compileConsents(mapping.consent ?? {}, file, problems),
  };
  return problems.length > 0 ? { problems } : { plan: profilePlan(request, compiled) };
}

type Blocks = Pick<Mapping, 'identities' | 'columns' | 'traits'>;

function automaticBlocks({ mapping, file, key }: Request, problems: Problem[]): Blocks {
  const source = file.names.find((name) => name === key || columnNameOf(name) === key);
  if (key === undefined || source === undefined) {
    problems.push({
      path: 'identities',
      ...says('Say which column names the person.'),
      expected: file.names.join(' | '),
    });
    return {};
  }
  const columns: Record<string, ColumnRule> = {};
  const traits: Record<string, ColumnRule> = {};
  for (const name of file.names) {
    const target = columnNameOf(name).replace(/^timezone$/, 'time_zone');
    if (name === source) continue;
    if (PROFILE_TARGETS.includes(target)) columns[target] = { column: name, transform: [] };
    else traits[target] = { column: name, transform: [] };
  }
  return {
    identities: { [key]: { column: source, transform: [] } },
    columns: mapping.columns ?? columns,
    traits: mapping.traits ?? traits,
  };
}

function compileFields(
  { mapping, file, types }: Request,
  block: 'identities' | 'columns' | 'traits',
  rules: Readonly<Record<string, ColumnRule>>,
  problems: Problem[],
): Field[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const inferred = block === 'traits' ? types.get(rule.column ?? '') : 'text';
    const guessed = block === 'traits' && rule.type === undefined && rule.column !== undefined;
    // Addresses are compared as they stand in the table: the space around one is not part of it, whatever the mapping says.
    const read: ColumnRule = block === 'columns' ? { ...rule, transform: ['trim', ...rule.transform] } : rule;
    const compile = (type: ColumnType, found: Problem[]): Field[] => {
      const request = { rule: read, type, path: `${block}.${name}`, mapping, file, identity: block === 'identities' };
      const cell = compileCell(request, found);
      return cell ? [{ name, type, cell, guessed }] : [];
    };
    const type = rule.type ?? (rule.multiply ? 'decimal' : (inferred ?? 'text'));
    const fields = compile(type, guessed && rule.default !== undefined ? [] : problems);
    // A default that is none of the guessed type says that the guess was wrong.
    return fields.length === 0 && guessed && rule.default !== undefined ? compile('text', problems) : fields;
  });
}

function compileConsents(
  mappings: Readonly<Record<string, ConsentMapping>>,
  file: FileColumns,
  problems: Problem[],
): Consent[] {
  return Object.entries(mappings).flatMap(([key, { column, granted, refused }]) => {
    const position = findColumn(column, file, `consent.${key}.column`, problems);
    if (position === undefined) return [];
    const [channel = '', topic = ''] = key.split('/');
    const words = new Map([
      ...granted.map((word) => [word.toLowerCase(), 'granted'] as const),
      ...refused.map((word) => [word.toLowerCase(), 'refused'] as const),
    ]);
    return [{ channel, topic, column, position, words }];
  });
}

function profilePlan({ mapping, file }: Request, compiled: Compiled): RowPlan {
  const { identities, columns, traits, consents } = compiled;
  const phones = { defaultCountry: mapping.default_country };
  const fields = [...identities, ...columns, ...traits];
  const read = new Set([...fields.map((field) => field.cell.source), ...consents.map((consent) => consent.column)]);

  // A file cannot delete people: such a row is refused instead of bringing the person back.
  const changeColumn = file.names.indexOf(CHANGE_COLUMN);

  function convert(cells: Cells, line: number, reject: (reject: Reject) => void): string | undefined {
    let failed = false;
    const fail = (column: string, value: string, reason: RejectReason) => {
      reject(rejectOf(line, column, value, reason));
      failed = true;
    };
    const change = cells[changeColumn] ?? '';
    if (/^d(elete)?$/i.test(change)) fail(CHANGE_COLUMN, change, 'unknown_change');
    const names: string[] = [];
    for (const field of identities) {
      const value = readField(field, cells, line, fail);
      if (typeof value !== 'string') continue;
      const form = normaliseIdentity(field.name, value, phones);
      if (form === undefined) fail(field.name, field.cell.show(cells), 'invalid_identity');
      else names.push(JSON.stringify([field.name, form]));
    }
    if (names.length === 0 && !failed) fail(identities[0]?.name ?? '', '', 'missing_identity');
    const said: string[] = [];
    for (const field of columns) {
      let value = readField(field, cells, line, fail);
      if (field.name === 'phone' && typeof value === 'string') {
        const form = normalisePhone(value, phones);
        if (form === undefined && mapping.on_error === 'reject') fail('phone', value, 'invalid_phone');
        value = form ?? null;
      }
      if (value !== undefined) said.push(`${JSON.stringify(field.name)}:${JSON.stringify(value)}`);
    }
    const known: string[] = [];
    for (const field of traits) {
      const value = readField(field, cells, line, fail);
      if (value !== undefined) known.push(`${JSON.stringify(field.name)}:${traitJson(field, value)}`);
    }
    const agreed = readConsents(consents, cells, mapping.on_error === 'null', fail);
    if (failed) return undefined;
    const documents = [`[${names.join()}]`, `{${said.join()}}`, `{${known.join()}}`, `[${agreed.join()}]`];
    if (documents.some(holdsUnstorable)) {
      fail('', '', 'nul_character');
      return undefined;
    }
    return `${line}\t${documents.map(copyText).join('\t')}\n`;
  }

  return {
    columns: plannedColumns(compiled),
    ignored: file.names.filter((name) => !read.has(name) && name !== CHANGE_COLUMN),
    stage: [
      { name: '_line', type: 'bigint' },
      { name: 'identities', type: 'jsonb' },
      { name: 'columns', type: 'jsonb' },
      { name: 'traits', type: 'jsonb' },
      { name: 'consents', type: 'jsonb' },
    ],
    convert,
    facts: (): PlanFacts => ({ partial: true, keysDistinct: false }),
  };
}

function plannedColumns({ identities, columns, traits, consents }: Compiled): PlannedColumn[] {
  return [
    ...identities.map(({ name, cell }): PlannedColumn => ({ target: name, type: 'identity', source: cell.source })),
    ...[...columns, ...traits].map(
      ({ name, type, cell }): PlannedColumn => ({ target: name, type, source: cell.source }),
    ),
    ...consents.map(
      ({ channel, topic, column }): PlannedColumn => ({
        target: topic === '' ? channel : `${channel}/${topic}`,
        type: 'consent',
        source: column,
      }),
    ),
  ];
}

type Fail = (column: string, value: string, reason: RejectReason) => void;

function readField(field: Field, cells: Cells, line: number, fail: Fail): string | null | undefined | { text: string } {
  const value = field.cell.read(cells, line);
  if (typeof value === 'string') {
    const reason = unstorable(value);
    if (reason) fail(field.name, value, reason);
    const isNumber = field.type === 'integer' || field.type === 'decimal';
    if (!isNumber || isDouble(value)) return value;
    // A trait is JSON: what a double does not hold would be one number to SQL and another to whoever reads the trait.
    if (!field.guessed) fail(field.name, value, 'imprecise_number');
    return { text: value };
  }
  if (value === null || value === undefined) return value;
  if (field.guessed) return { text: field.cell.show(cells) };
  fail(field.name, field.cell.show(cells), value.reason);
  return null;
}

function traitJson({ type }: Field, value: string | null | { text: string }): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return JSON.stringify(value.text);
  return type === 'integer' || type === 'decimal' || type === 'boolean' || type === 'json'
    ? value
    : JSON.stringify(value);
}

function readConsents(consents: readonly Consent[], cells: Cells, lenient: boolean, fail: Fail): string[] {
  const agreed: string[] = [];
  for (const { channel, topic, column, position, words } of consents) {
    const text = (cells[position] ?? '').trim();
    if (text === '') continue;
    const status = words.get(text.toLowerCase());
    if (status) agreed.push(JSON.stringify({ channel, topic, status }));
    else if (!lenient) fail(column, text, 'unknown_consent');
  }
  return agreed;
}
