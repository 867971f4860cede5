import type { Definition, DefinitionOf } from './definition.ts';

const KEY = /[a-z][a-z0-9_-]*/g;

/**
 * Those of `definitions` that may lead to a table: whatever holds its key or the name of a link to it as a word, and campaigns that
 * look for the shortest way from a table that is joined with it. They may be too many, as a key may be an ordinary word, but not too few.
 */
export function nearTable(definitions: readonly Definition[], table: string): Definition[] {
  const tables = definitions.filter((definition): definition is DefinitionOf<'table'> => definition.kind === 'table');
  const links = tables.flatMap((one) => Object.entries(one.links));
  const words = new Set([table, ...links.filter(([, link]) => link.to === table).map(([name]) => name)]);
  const joined = joinedWith(tables, table);
  return definitions
    .filter(({ kind, key }) => kind !== 'table' || key !== table)
    .filter((one) => holdsOne(one, words) || (looksForWay(one) && holdsOne(one, joined)));
}

/** The table and all that a chain of links leads to, in either direction. */
function joinedWith(tables: readonly DefinitionOf<'table'>[], table: string): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  const join = (from: string, to: string) => next.set(from, [...(next.get(from) ?? []), to]);
  for (const { key, links } of tables) {
    for (const { to } of Object.values(links)) {
      join(key, to);
      join(to, key);
    }
  }
  const joined = new Set([table]);
  for (const key of joined) for (const there of next.get(key) ?? []) joined.add(there);
  return joined;
}

function looksForWay(definition: Definition): boolean {
  if (definition.kind !== 'campaign') return false;
  const activities = Object.values(definition.activities);
  return activities.some((activity) => activity.type === 'change-dimension' && activity.through === undefined);
}

function holdsOne(value: unknown, keys: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return [...value.matchAll(KEY)].some(([word]) => isOne(word, keys));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, part]) => holdsOne(name, keys) || holdsOne(part, keys));
}

/** With the table in the name of a way back: `lines_by_order` is a way to `lines`. */
function isOne(word: string, keys: ReadonlySet<string>): boolean {
  if (keys.has(word)) return true;
  for (let at = word.indexOf('_by_'); at > 0; at = word.indexOf('_by_', at + 1)) {
    if (keys.has(word.slice(0, at))) return true;
  }
  return false;
}
