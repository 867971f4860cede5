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

/** Everything that rules, campaigns and templates can refer to, as it is published and observed now. */
export async function loadCatalog(db: Queryable): Promise<Catalog> {
  const definitions = await publishedTables(db);
  const published = await publishedKeys(db);
  const saved = await savedAudienceKeys(db);
  const keysOf = (kind: string) => published.filter((row) => row.kind === kind).map((row) => row.key);
  return {
    tables: catalogTables(definitions),
    traits: withComputed(await observedTraits(db), await publishedComputed(db)),
    audiences: [...new Set([...keysOf('audience'), ...saved])].sort(),
    audienceRules: await audienceRules(db),
    campaigns: keysOf('campaign'),
    eventNames: await observedEventNames(db),
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
