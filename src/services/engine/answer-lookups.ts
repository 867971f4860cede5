import { type Catalog, type CatalogTable, PROFILES } from '../../core/data/index.ts';
import type { LookupItem } from '../../core/engine/index.ts';
import { askedRules } from '../../core/journeys/index.ts';
import type { Instant, Json, JsonObject } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import type { LiveRules } from '../live/index.ts';
import { populationQuery } from '../rules/index.ts';
import { selectPlaces, selectReactions, selectRows } from './store-lookup.ts';
import type { Place } from './store-turn.ts';

/** A question of a step, about the person who stands there. */
export type Asked = { readonly inboxId: number; readonly place: Place; readonly item: LookupItem };

/**
 * What the database says to the questions of steps, by the number of the item; none where there is no such row. One statement per table,
 * per rule that is asked about and for all reactions, whatever the number of people who ask.
 */
export async function answerLookups(
  tx: Transaction,
  asked: readonly Asked[],
  { live, now }: { readonly live: LiveRules; readonly now: Instant },
): Promise<ReadonlyMap<number, Json>> {
  const answers = new Map<number, Json>();
  for (const group of groupBy(asked, ({ item }) => subjectOf(item)).values()) {
    const [first] = group;
    if (first?.item.question.kind === 'row') await answerRows(tx, { group, catalog: live.catalog, answers });
    else if (first?.item.question.kind === 'reactions') await answerReactions(tx, group, answers);
    else await answerRules(tx, { group, live, now, answers });
  }
  return answers;
}

function subjectOf({ question }: LookupItem): string {
  if (question.kind === 'row') return `row ${question.table}`;
  if (question.kind === 'reactions') return 'reactions';
  return `rules ${question.journey} ${question.version} ${question.node}`;
}

type Answers = Map<number, Json>;

async function answerRows(
  tx: Transaction,
  input: { readonly group: readonly Asked[]; readonly catalog: Catalog; readonly answers: Answers },
): Promise<void> {
  const [first] = input.group;
  const question = first?.item.question;
  const table = question?.kind === 'row' ? input.catalog.tables.get(question.table) : undefined;
  if (!table) return;
  const keys = input.group.flatMap(({ inboxId, item }) => {
    const key = item.question.kind === 'row' ? keyOf(table, item.question.key) : undefined;
    return key ? [{ name: inboxId, values: key }] : [];
  });
  for (const { name, row } of await selectRows(tx, table, keys)) input.answers.set(name, row);
}

async function answerReactions(tx: Transaction, group: readonly Asked[], answers: Answers): Promise<void> {
  const asked = group.flatMap(({ inboxId, place: { bucket, profileId }, item: { question } }) =>
    question.kind === 'reactions'
      ? [{ name: inboxId, bucket, profileId, after: new Date(question.after), until: new Date(question.until) }]
      : [],
  );
  for (const { name, moments } of await selectReactions(tx, asked)) answers.set(name, moments);
}

async function answerRules(
  tx: Transaction,
  input: {
    readonly group: readonly Asked[];
    readonly live: LiveRules;
    readonly now: Instant;
    readonly answers: Answers;
  },
): Promise<void> {
  const { group, live, now } = input;
  const question = group[0]?.item.question;
  if (question?.kind !== 'rules') return;
  const journey = live.journeys.find(({ key, version }) => key === question.journey && version === question.version);
  if (!journey) return;
  const people = [...new Map(group.map(({ place }) => [nameOf(place), place])).values()];
  const holds = new Map(people.map((place) => [nameOf(place), [] as boolean[]]));
  for (const rule of askedRules(journey.graph, question.node)) {
    const population = populationQuery({ rule, catalog: live.catalog, on: PROFILES, among: { people }, now });
    const found = new Set((await selectPlaces(tx, population)).map(nameOf));
    for (const [name, answers] of holds) answers.push(found.has(name));
  }
  for (const { inboxId, place } of group) input.answers.set(inboxId, holds.get(nameOf(place)) ?? []);
}

const nameOf = ({ bucket, profileId }: Place) => `${bucket}/${profileId}`;

/** The values of a primary key as text that its columns take; undefined when one of them cannot be a value of its column. */
function keyOf({ columns, primaryKey }: CatalogTable, key: JsonObject): string[] | undefined {
  const values = primaryKey.map((name) => {
    const type = columns.find((column) => column.name === name)?.type ?? 'text';
    const value = key[name];
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    return typeof text === 'string' && KEY_TEXT[type].test(text) ? text : undefined;
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** What each type takes as text, a little narrower than PostgreSQL does. */
const KEY_TEXT: Readonly<Record<CatalogTable['columns'][number]['type'], RegExp>> = {
  text: /^[^\0]{0,2000}$/s,
  integer: /^-?\d{1,18}$/,
  decimal: /^-?\d{1,100}(\.\d{1,100})?$/,
  boolean: /^(true|false)$/,
  date: /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/,
  timestamp: /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z$/,
  json: /(?!)/,
};

function groupBy<T>(items: readonly T[], name: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(name(item));
    if (group) group.push(item);
    else groups.set(name(item), [item]);
  }
  return groups;
}
