import type { Catalog, CatalogTable } from '../../core/data/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import { type Facts, type Needs, needsOf, type Row, type Rule, rowFacts, subjectOf } from '../../core/rules/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import {
  type Person,
  selectConsents,
  selectEvents,
  selectLinkedRows,
  selectMemberships,
  selectMessages,
  selectOwnedRows,
  selectProfile,
  selectReactions,
  selectSuppressed,
} from './store-facts.ts';

/** How often links are followed anew because rows were found that lead on; deeper rules than this are not explained. */
const PASSES_MAX = 8;

/**
 * Everything that a checked rule may ask about one person. Rows of other people, which a rule can reach through shared rows, come
 * without the facts of their owners.
 * @throws AppError `not_found` when there is no such profile.
 */
export async function loadFacts(
  db: Queryable,
  input: { readonly rule: Rule; readonly catalog: Catalog; readonly person: Person },
): Promise<Facts> {
  const { person, catalog } = input;
  const needs = needsOf(input.rule, subjectOf({ catalog }));
  const profile = await selectProfile(db, person);
  if (!profile) throw notFound('profile', String(person.profileId));
  const { traits, created_at, updated_at, ...columns } = profile;
  const events = needs.events.size === 0 ? [] : await selectEvents(db, person, [...needs.events]);
  const { tables, owned } = await loadRows(db, catalog, needs, person);
  const facts: Facts = {
    profile: { ...columns, created_at: created_at.getTime(), updated_at: updated_at.getTime() },
    traits,
    events: events.map((event) => ({ ...event, at: event.at.getTime() })),
    rows: rowFacts({
      tables,
      owned: (table) => owned.get(table) ?? [],
      ownerOf: (_table, row) =>
        row._bucket === person.bucket && row._profile_id === person.profileId ? facts : undefined,
    }),
    audiences: new Set(await selectMemberships(db, person)),
    consents: await selectConsents(db, person),
    messages: (await selectMessages(db, person)).map((message) => ({ ...message, at: message.at.getTime() })),
    reactions: (await selectReactions(db, person)).map((reaction) => ({ ...reaction, at: reaction.at.getTime() })),
    suppressed: new Set(await selectSuppressed(db, profile)),
  };
  return facts;
}

async function loadRows(db: Queryable, catalog: Catalog, needs: Needs, person: Person) {
  const owned = new Map<string, Row[]>();
  const tables = new Map<string, Row[]>();
  for (const key of needs.owned) {
    const table = catalog.tables.get(key);
    if (!table) continue;
    const rows = (await selectOwnedRows(db, table, person)).map((row) => readRow(table, row));
    owned.set(key, rows);
    tables.set(key, rows);
  }
  for (let pass = 0, found = true; found && pass < PASSES_MAX; pass++) {
    found = false;
    for (const { from, link } of needs.links.values()) {
      const table = catalog.tables.get(link.to);
      const start = tables.get(from) ?? [];
      if (!table || start.length === 0) continue;
      const rows = (await selectLinkedRows(db, table, link, start)).map((row) => readRow(table, row));
      const before = tables.get(link.to) ?? [];
      const merged = mergeRows(table, before, rows);
      found ||= merged.length > before.length;
      tables.set(link.to, merged);
    }
  }
  return { owned, tables };
}

function mergeRows(table: CatalogTable, before: readonly Row[], rows: readonly Row[]): Row[] {
  const keyOf = (row: Row) => JSON.stringify(table.primaryKey.map((column) => row[column]));
  const merged = new Map(before.map((row) => [keyOf(row), row]));
  for (const row of rows) if (!merged.has(keyOf(row))) merged.set(keyOf(row), row);
  return [...merged.values()];
}

/** Timestamps as instants, as rules read them; everything else is what the driver gives. */
function readRow(table: CatalogTable, row: Row): Row {
  const timestamps = table.columns.filter((column) => column.type === 'timestamp').map((column) => column.name);
  const read = timestamps.map((name) => [name, row[name] instanceof Date ? row[name].getTime() : null]);
  return { ...row, ...Object.fromEntries(read) };
}
