import { checkTable, columnsOf, type TableDefinition } from '../../core/data/index.ts';
import { type Instant, invalid, type Problem, say, says } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import {
  addColumn,
  columnsInUse,
  createLinkIndexes,
  createPhysicalTable,
  dropColumn,
  dropPhysicalTable,
  hasNulls,
  hasRows,
  lockTableForm,
  type PhysicalTable,
  publishedTables,
  publishTableDefinition,
  readPhysicalTable,
  setRequired,
} from './store.ts';

/**
 * Brings the physical table to the form that `definition` declares: creates it, or adds columns, links and indexes.
 * @throws AppError `invalid` naming every change that would lose or reinterpret rows: a type, the key, the identity, a column in use.
 */
export async function applyTable(tx: Transaction, definition: TableDefinition, _now: Instant): Promise<void> {
  const published = await publishedTables(tx);
  const problems = checkTable(definition, published);
  if (problems.length > 0) throw invalid(say('The table "{key}" is not valid.', { key: definition.key }), problems);
  await lockTableForm(tx, definition.key);
  const existing = await readPhysicalTable(tx, definition.key);
  if (!existing) return createPhysicalTable(tx, definition);
  if (!(await hasRows(tx, definition.key))) {
    // Nothing to lose: the simplest way to any form.
    await dropPhysicalTable(tx, definition.key);
    return createPhysicalTable(tx, definition);
  }
  const before = published.find((other) => other.key === definition.key);
  await alterTable(tx, definition, existing, before);
}

/** Applies the table and publishes its definition when that differs from the newest version; returns the version. */
export async function defineTable(tx: Transaction, definition: TableDefinition, now: Instant): Promise<number> {
  await applyTable(tx, definition, now);
  return publishTableDefinition(tx, definition, now);
}

async function alterTable(
  tx: Transaction,
  definition: TableDefinition,
  existing: PhysicalTable,
  before: TableDefinition | undefined,
): Promise<void> {
  const { key } = definition;
  const wanted = new Map(columnsOf(definition).map((column) => [column.name, column.type]));
  const dropped = [...existing.columns.keys()].filter((name) => !wanted.has(name));
  const retyped = [...wanted].filter(([name, type]) => (existing.columns.get(name)?.type ?? type) !== type);
  const inUse = await columnsInUse(tx, key, [...dropped, ...retyped.map(([name]) => name)]);
  const problems = [...formProblems(definition, existing, before), ...usedProblems(dropped, retyped, inUse, existing)];
  const changes: (() => Promise<void>)[] = [];
  for (const [name, type] of wanted) {
    const current = existing.columns.get(name);
    const setting = definition.columns[name];
    const inKey = definition.primary_key.includes(name);
    const required = typeof setting === 'object' && setting.required;
    if (!current) changes.push(() => addColumn(tx, key, name, type));
    else if (current.type !== type) {
      changes.push(() => dropColumn(tx, key, name).then(() => addColumn(tx, key, name, type)));
    }
    const kept = current !== undefined && current.type === type;
    if (required && !(kept && current.required)) {
      if (!kept || (await hasNulls(tx, key, name))) {
        problems.push({
          path: `columns.${name}.required`,
          ...says('Rows exist that have no value for "{name}".', { name }),
        });
      }
      changes.push(() => setRequired(tx, key, name, true));
    } else if (!required && !inKey && kept && current.required) changes.push(() => setRequired(tx, key, name, false));
  }
  if (problems.length > 0)
    throw invalid(say('The table "{key}" has rows and cannot take this form.', { key }), problems);
  for (const name of dropped) await dropColumn(tx, key, name);
  for (const change of changes) await change();
  await createLinkIndexes(tx, definition);
}

function formProblems(
  definition: TableDefinition,
  existing: PhysicalTable,
  published: TableDefinition | undefined,
): Problem[] {
  const problems: Problem[] = [];
  if (existing.primaryKey.join() !== definition.primary_key.join()) {
    problems.push({
      path: 'primary_key',
      ...says('The key is ({columns}) and cannot change while the table has rows.', {
        columns: existing.primaryKey.join(', '),
      }),
    });
  }
  const [wanted, known] = [definition.identity, published?.identity];
  const moved = known && (wanted?.column !== known.column || wanted.namespace !== known.namespace);
  if (moved || existing.owned !== (wanted !== undefined)) {
    problems.push({ path: 'identity', ...says('The identity cannot change while the table has rows.') });
  }
  return problems;
}

function usedProblems(
  dropped: readonly string[],
  retyped: readonly (readonly [string, string])[],
  inUse: ReadonlySet<string>,
  existing: PhysicalTable,
): Problem[] {
  return [
    ...dropped
      .filter((name) => inUse.has(name))
      .map((name) => ({
        path: `columns.${name}`,
        ...says('The column "{name}" holds values and cannot be dropped.', { name }),
      })),
    ...retyped
      .filter(([name]) => inUse.has(name))
      .map(([name, type]) => ({
        path: `columns.${name}`,
        ...says('The column "{name}" holds values as {from} and cannot become {type}.', {
          name,
          from: existing.columns.get(name)?.type ?? '',
          type,
        }),
      })),
  ];
}
