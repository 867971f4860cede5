import { Temporal } from 'temporal-polyfill';
import type { ColumnType } from '../data/index.ts';
import { type Json, type JsonObject, type Problem, says } from '../kernel/index.ts';
import { type Cells, type CompiledCell, compileCell, type FileColumns } from './cell.ts';
import { type ColumnRule, columnNameOf, type Mapping } from './mapping.ts';
import type { PlannedColumn } from './plan.ts';
import { type Reject, rejectOf } from './reject.ts';

/** How rows of one file become events of the Segment specification. */
export type EventPlan = {
  readonly columns: readonly PlannedColumn[];
  readonly ignored: readonly string[];
  /** The row as an event to be read by core/ingest, or undefined after telling `reject` everything that is wrong with it. */
  read(cells: Cells, line: number, reject: (reject: Reject) => void): JsonObject | undefined;
};

/** Columns that say what the event is, with the fields of the specification that they fill. */
const FIELDS: Readonly<Record<string, { readonly field: string; readonly type: ColumnType }>> = {
  type: { field: 'type', type: 'text' },
  event: { field: 'event', type: 'text' },
  user_id: { field: 'userId', type: 'text' },
  anonymous_id: { field: 'anonymousId', type: 'text' },
  previous_id: { field: 'previousId', type: 'text' },
  group_id: { field: 'groupId', type: 'text' },
  message_id: { field: 'messageId', type: 'text' },
  timestamp: { field: 'timestamp', type: 'timestamp' },
  original_timestamp: { field: 'originalTimestamp', type: 'timestamp' },
  properties: { field: 'properties', type: 'json' },
  traits: { field: 'traits', type: 'json' },
  context: { field: 'context', type: 'json' },
};

type Target = PlannedColumn & {
  readonly cell: CompiledCell;
  readonly put: (event: Draft, value: Json) => void;
};

type Draft = {
  readonly fields: Record<string, Json>;
  readonly properties: Record<string, Json>;
  readonly externalIds: Json[];
};

type Request = {
  readonly mapping: Mapping;
  readonly file: FileColumns;
  /** The types of the file's columns, guessed from its first rows. */
  readonly types: ReadonlyMap<string, ColumnType>;
};

/**
 * Compiles how a file's rows become events: columns that are called like fields of the specification (`userId` or `user_id`) fill
 * them, `email` and `phone` are identities, and every other column is a property, unless the rows have `properties` already.
 */
export function planEvents(request: Request): { plan: EventPlan } | { problems: Problem[] } {
  const { mapping, file } = request;
  const problems: Problem[] = [];
  for (const block of ['traits', 'consent'] as const) {
    if (mapping[block]) problems.push({ path: block, ...says('A mapping of events has no {block}.', { block }) });
  }
  const rules = Object.entries(mapping.columns ?? matchingColumns(file));
  const targets = rules.flatMap(([name, rule]) => compileTarget(request, name, rule, problems) ?? []);
  for (const [namespace, rule] of Object.entries(mapping.identities ?? {})) {
    const cell = compileCell(
      { rule, type: 'text', path: `identities.${namespace}`, mapping, file, identity: true },
      problems,
    );
    if (cell)
      targets.push({ target: namespace, type: 'identity', source: cell.source, cell, put: putIdentity(namespace) });
  }
  if (problems.length > 0) return { problems };
  const used = new Set(targets.map(({ source }) => source));
  return {
    plan: {
      columns: targets.map(({ target, type, source }) => ({ target, type, source })),
      ignored: file.names.filter((name) => !used.has(name)),
      read: (cells, line, reject) => readRow(targets, cells, line, reject),
    },
  };
}

function matchingColumns(file: FileColumns): Record<string, ColumnRule> {
  const named = file.names.map((header): [string, ColumnRule] => [
    columnNameOf(header),
    { column: header, transform: [] },
  ]);
  const hasProperties = named.some(([name]) => name === 'properties');
  return Object.fromEntries(
    named.filter(([name]) => !hasProperties || Object.hasOwn(FIELDS, name) || name === 'email' || name === 'phone'),
  );
}

function compileTarget(
  { mapping, file, types }: Request,
  name: string,
  rule: ColumnRule,
  problems: Problem[],
): Target | undefined {
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  const isIdentity = name === 'email' || name === 'phone';
  const guessed = rule.multiply ? 'decimal' : types.get(rule.column ?? '');
  const type = field?.type ?? (isIdentity ? 'text' : (rule.type ?? guessed ?? 'text'));
  const cell = compileCell(
    { rule, type, path: `columns.${name}`, mapping, file, identity: isIdentity || name === 'user_id' },
    problems,
  );
  if (!cell) return undefined;
  const shown: PlannedColumn = { target: name, type: isIdentity ? 'identity' : type, source: cell.source };
  if (isIdentity) return { ...shown, cell, put: putIdentity(name) };
  if (field) return { ...shown, cell, put: ({ fields }, value) => (fields[field.field] = value) };
  return { ...shown, cell, put: ({ properties }, value) => (properties[name] = value) };
}

function putIdentity(namespace: string): Target['put'] {
  return ({ fields, externalIds }, id) => {
    if (namespace === 'user_id') fields.userId = id;
    else if (namespace === 'anonymous_id') fields.anonymousId = id;
    else externalIds.push({ type: namespace, id });
  };
}

function readRow(
  targets: readonly Target[],
  cells: Cells,
  line: number,
  reject: (reject: Reject) => void,
): JsonObject | undefined {
  const draft: Draft = { fields: {}, properties: {}, externalIds: [] };
  let refused = false;
  for (const { cell, type, put } of targets) {
    const text = cell.read(cells, line);
    if (text === null || text === undefined) continue;
    if (typeof text === 'object') {
      reject(rejectOf(line, cell.source, cell.show(cells), text.reason));
      refused = true;
    } else put(draft, jsonOf(type, text));
  }
  if (refused) return undefined;
  const { fields, properties, externalIds } = draft;
  const context = isObject(fields.context) ? fields.context : {};
  const given = isObject(fields.properties) ? fields.properties : {};
  return {
    ...fields,
    type: fields.type ?? 'track',
    properties: { ...given, ...properties },
    context: externalIds.length === 0 ? context : { ...context, externalIds },
  };
}

function jsonOf(type: PlannedColumn['type'], text: string): Json {
  if (type === 'integer' || type === 'decimal') return numberOf(text);
  if (type === 'boolean') return text === 'true';
  if (type === 'timestamp') return isoOf(text);
  return type === 'json' ? (JSON.parse(text) as Json) : text;
}

/** What JSON would round, an id of eighteen digits, stays the text that it is. */
function numberOf(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) && (Number.isSafeInteger(number) || !Number.isInteger(number)) ? number : text;
}

const ZONED = /^(\S+) (\S+?)(?: (\S+)|([+-]\S+|Z))$/;

/** `2024-05-01 10:00:00 Europe/Paris`, as PostgreSQL takes it, in the form of ISO 8601 in UTC. */
function isoOf(text: string): string {
  const [, day, time, zone, offset] = ZONED.exec(text) ?? [];
  if (day === undefined || time === undefined) return text;
  if (zone === undefined) return Temporal.Instant.from(`${day}T${time}${offset}`).toString();
  return Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(zone).toInstant().toString();
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
