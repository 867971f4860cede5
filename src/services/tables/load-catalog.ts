import { ComputedTraitDefinition, typeOfComputed } from '../../core/computed/index.ts';
import { type Catalog, type Column, catalogTables } from '../../core/data/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { publishedTables } from './store.ts';
import {
  audienceRules,
  observedEventNames,
  observedTraits,
  publishedComputed,
  publishedKeys,
  savedAudienceKeys,
} from './store-catalog.ts';

type Observed = Pick<Catalog, 'traits' | 'eventNames'>;

/** Everything that rules, campaigns and templates can refer to, as it is published and observed now. */
export async function loadCatalog(db: Queryable): Promise<Catalog> {
  return { ...(await loadPublished(db)), ...(await observeNames(db)) };
}

/** The names that people and events tell: what judges a rule needs them only to say that nobody has one yet. */
export async function observeNames(db: Queryable): Promise<Observed> {
  const traits = withComputed(await observedTraits(db), await publishedComputed(db));
  return { traits, eventNames: await observedEventNames(db) };
}

/** The catalogue without what is observed, which takes a look at thousands of people. */
export async function loadPublished(db: Queryable): Promise<Catalog> {
  const definitions = await publishedTables(db);
  const published = await publishedKeys(db);
  const saved = await savedAudienceKeys(db);
  const keysOf = (kind: string) => published.filter((row) => row.kind === kind).map((row) => row.key);
  return {
    tables: catalogTables(definitions),
    traits: withComputed([], await publishedComputed(db)),
    audiences: [...new Set([...keysOf('audience'), ...saved])].sort(),
    audienceRules: await audienceRules(db),
    campaigns: keysOf('campaign'),
    eventNames: [],
    channels: keysOf('channel'),
    templates: keysOf('template'),
    endpoints: keysOf('endpoint'),
  };
}

/** A trait that is computed is known before the first person has it. */
function withComputed(observed: readonly Column[], computed: readonly unknown[]): Column[] {
  const columns = computed.flatMap((body): Column[] => {
    const parsed = ComputedTraitDefinition.safeParse(body);
    return parsed.success ? [{ name: parsed.data.key, type: typeOfComputed(parsed.data) }] : [];
  });
  const names = new Set(columns.map(({ name }) => name));
  return [...observed.filter(({ name }) => !names.has(name)), ...columns];
}
