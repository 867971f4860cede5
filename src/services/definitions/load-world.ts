import { SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import { type Catalog, catalogTables } from '../../core/data/index.ts';
import type { Definition, DefinitionKind, DefinitionOf } from '../../core/definitions/index.ts';
import { DEFINITION_KINDS } from '../../core/definitions/index.ts';
import { jumpsOf } from '../../core/journeys/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { type DefinitionState, selectAllNewest } from './store.ts';

/** Everything that a definition may refer to while it is checked. */
export type World = {
  readonly catalog: Catalog;
  definitionsOf<Kind extends DefinitionKind>(kind: Kind): readonly DefinitionOf<Kind>[];
};

/**
 * The definitions in one of `states`, with those of `batch` put in place of their older selves: what is applied together may refer
 * to each other.
 */
export async function loadWorld(
  db: Queryable,
  options: { readonly states: readonly DefinitionState[]; readonly batch: readonly Definition[] },
): Promise<World> {
  const rows = await selectAllNewest(db, DEFINITION_KINDS, options.states);
  return worldOf([SANDBOX_CHANNEL, ...rows.map((row) => row.body), ...options.batch], await loadCatalog(db));
}

/** The world of these definitions, of several with one name the last, and of the names that were observed. */
export function worldOf(
  definitions: readonly Definition[],
  observed: Pick<Catalog, 'traits' | 'audiences' | 'eventNames'>,
): World {
  const all = new Map(definitions.map((definition) => [`${definition.kind}/${definition.key}`, definition]));
  const byKind = new Map<DefinitionKind, Definition[]>(DEFINITION_KINDS.map((kind) => [kind, []]));
  for (const definition of all.values()) byKind.get(definition.kind)?.push(definition);
  // What is grouped under a kind is of that kind; the compiler cannot follow it through the map.
  const definitionsOf = <Kind extends DefinitionKind>(kind: Kind) =>
    (byKind.get(kind) ?? []) as readonly Definition[] as readonly DefinitionOf<Kind>[];
  const keysOf = (kind: DefinitionKind) => definitionsOf(kind).map((definition) => definition.key);
  return {
    definitionsOf,
    catalog: {
      tables: catalogTables(definitionsOf('table')),
      traits: observed.traits,
      audiences: [...new Set([...keysOf('audience'), ...observed.audiences])].sort(),
      audienceRules: new Map(
        definitionsOf('audience').flatMap(({ key, rule }) => (rule === undefined ? [] : [[key, rule] as const])),
      ),
      campaigns: keysOf('campaign'),
      eventNames: observed.eventNames,
      channels: keysOf('channel'),
      templates: keysOf('template'),
      endpoints: keysOf('endpoint'),
      journeys: new Map(definitionsOf('journey').map((journey) => [journey.key, { jumps: jumpsOf(journey) }])),
    },
  };
}

export function fragmentsOf(world: World): ReadonlyMap<string, DefinitionOf<'fragment'>> {
  return new Map(world.definitionsOf('fragment').map((fragment) => [fragment.key, fragment]));
}
