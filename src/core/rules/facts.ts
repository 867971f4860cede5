import type { CatalogLink } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import { decimalOf, decimalText } from './decimal.ts';

/** One row of an entity table: decimals and dates as text, timestamps as instants, json as it is. */
export type Row = Readonly<Record<string, unknown>>;

export type EventFact = {
  readonly name: string;
  readonly at: Instant;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** Everything about one person that a rule may ask. */
export type Facts = {
  readonly profile: {
    readonly email: string | null;
    readonly phone: string | null;
    readonly locale: string | null;
    readonly time_zone: string | null;
    readonly created_at: Instant;
    readonly updated_at: Instant;
  };
  readonly traits: Readonly<Record<string, unknown>>;
  /** In order of time, then of event id. */
  readonly events: readonly EventFact[];
  readonly rows: RowFacts;
  /** Keys of the audiences with a saved membership of this person. */
  readonly audiences: { has(key: string): boolean };
  readonly consents: readonly {
    readonly channel: string;
    readonly topic: string;
    readonly status: 'granted' | 'refused';
  }[];
  readonly messages: readonly MessageFact[];
  readonly reactions: readonly ReactionFact[];
  /** Channels on which the person's address is suppressed. */
  readonly suppressed: ReadonlySet<string>;
};

export type MessageFact = {
  readonly campaign: string | null;
  readonly activity: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly at: Instant;
};
export type ReactionFact = {
  readonly campaign: string | null;
  readonly activity: string | null;
  readonly kind: string;
  readonly machine: boolean;
  /** When it happened last. */
  readonly at: Instant;
};

/** The rows that rules walk over. */
export type RowFacts = {
  /** The person's own rows of a table that carries an identity. */
  owned(table: string): readonly Row[];
  /** The rows that a link leads to from a row. */
  linked(link: CatalogLink, row: Row): readonly Row[];
  /** The facts of the person whose row it is. */
  ownerOf(table: string, row: Row): Facts | undefined;
};

export const NO_ROWS: RowFacts = { owned: () => [], linked: () => [], ownerOf: () => undefined };

/** Row facts over plain lists; links are followed through an index that is built when a link is first asked for. */
export function rowFacts(input: {
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  readonly owned: (table: string) => readonly Row[];
  readonly ownerOf?: (table: string, row: Row) => Facts | undefined;
}): RowFacts {
  const indexes = new Map<string, Map<string, Row[]>>();
  const indexOf = (link: CatalogLink) => {
    const columns = link.on.map(([, there]) => there);
    const name = JSON.stringify([link.to, columns]);
    const known = indexes.get(name);
    if (known) return known;
    const index = new Map<string, Row[]>();
    for (const row of input.tables.get(link.to) ?? []) {
      const key = linkKey(columns.map((column) => row[column]));
      if (key === undefined) continue;
      const rows = index.get(key);
      if (rows) rows.push(row);
      else index.set(key, [row]);
    }
    indexes.set(name, index);
    return index;
  };
  return {
    owned: input.owned,
    ownerOf: input.ownerOf ?? (() => undefined),
    linked(link, row) {
      const key = linkKey(link.on.map(([own]) => row[own]));
      return key === undefined ? [] : (indexOf(link).get(key) ?? []);
    },
  };
}

/** Equal for values that PostgreSQL's `=` calls equal; undefined when one is missing, as null links to nothing. */
function linkKey(values: readonly unknown[]): string | undefined {
  if (values.some((value) => value === null || value === undefined)) return undefined;
  return JSON.stringify(
    values.map((value) => {
      const decimal = typeof value === 'number' || typeof value === 'string' ? decimalOf(value) : undefined;
      return decimal && typeof value === 'number' ? decimalText(decimal) : String(value);
    }),
  );
}
