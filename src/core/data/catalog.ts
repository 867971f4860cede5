import type { Column, TableDefinition } from './table.ts';

/** A way from one table to another; `many` when a row may have several rows there. */
export type CatalogLink = {
  readonly name: string;
  readonly to: string;
  readonly many: boolean;
  /** Pairs of own column and column there that must be equal. */
  readonly on: readonly (readonly [own: string, there: string])[];
};

export type CatalogTable = {
  readonly key: string;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** The rows belong to profiles: the table has the hidden columns `_bucket` and `_profile_id`. */
  readonly identity?: { readonly column: string; readonly namespace: string };
  readonly links: readonly CatalogLink[];
};

/** Everything that rules, campaigns and templates can refer to by name. */
export type Catalog = {
  readonly tables: ReadonlyMap<string, CatalogTable>;
  /** Traits seen on profiles, with the type most values have. Unknown traits are allowed in rules, as a warning. */
  readonly traits: readonly Column[];
  readonly audiences: readonly string[];
  /** The rule of each audience that is not static; unparsed here, so that data does not depend on rules. */
  readonly audienceRules?: ReadonlyMap<string, unknown>;
  readonly campaigns: readonly string[];
  readonly eventNames: readonly string[];
  readonly channels: readonly string[];
  readonly templates: readonly string[];
  /** Absent where nothing can call one. */
  readonly endpoints?: readonly string[];
  /** The journeys that there are, and the others to which each jumps. */
  readonly journeys?: ReadonlyMap<string, { readonly jumps: readonly string[] }>;
};

/** The name under which populations of people are known; every other dimension is the key of a table. */
export const PROFILES = 'profiles';

/** The reserved columns of a profile, which rules and templates name like traits. */
export const PROFILE_COLUMNS: readonly Column[] = [
  { name: 'email', type: 'text' },
  { name: 'phone', type: 'text' },
  { name: 'locale', type: 'text' },
  { name: 'time_zone', type: 'text' },
  { name: 'created_at', type: 'timestamp' },
  { name: 'updated_at', type: 'timestamp' },
];

/** The columns that a definition declares, in its order. */
export function columnsOf(definition: TableDefinition): Column[] {
  return Object.entries(definition.columns).map(([name, setting]) => ({
    name,
    type: typeof setting === 'string' ? setting : setting.type,
  }));
}

/**
 * The catalogue's tables from their definitions. A link `order: { to: orders, on: { order_id: order_id } }` of `lines` also gives
 * `orders` a link `lines` back, to many rows (`lines_by_order` when that name is taken).
 */
export function catalogTables(definitions: readonly TableDefinition[]): Map<string, CatalogTable> {
  const links = new Map<string, CatalogLink[]>(definitions.map((definition) => [definition.key, []]));
  for (const definition of definitions) {
    for (const [name, link] of Object.entries(definition.links)) {
      links.get(definition.key)?.push({ name, to: link.to, many: false, on: Object.entries(link.on) });
    }
  }
  for (const definition of definitions) {
    for (const [name, link] of Object.entries(definition.links)) {
      const target = links.get(link.to);
      if (!target) continue;
      const taken = target.some((existing) => existing.name === definition.key);
      const back = taken ? `${definition.key}_by_${name}` : definition.key;
      const on = Object.entries(link.on).map(([own, there]) => [there, own] as const);
      target.push({ name: back, to: definition.key, many: true, on });
    }
  }
  return new Map(
    definitions.map((definition) => [
      definition.key,
      {
        key: definition.key,
        columns: columnsOf(definition),
        primaryKey: definition.primary_key,
        ...(definition.identity ? { identity: definition.identity } : {}),
        links: links.get(definition.key) ?? [],
      },
    ]),
  );
}
