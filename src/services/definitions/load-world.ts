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
  options: {
    readonly states: readonly DefinitionState[];
    readonly batch: readonly Definition[];
    /** Left out, as if it did not exist. */
    readonly except?: { readonly kind: DefinitionKind; readonly key: string };
  },
): Promise<World> {
  const rows = await selectAllNewest(db, DEFINITION_KINDS, options.states);
  const all = new Map<string, Definition>();
  for (const definition of [SANDBOX_CHANNEL, ...rows.map((row) => row.body), ...options.batch]) {
    all.set(`${definition.kind}/${definition.key}`, definition);
  }
  if (options.except) all.delete(`${options.except.kind}/${options.except.key}`);
  const definitionsOf = <Kind extends DefinitionKind>(kind: Kind) =>
    [...all.values()].filter((definition): definition is DefinitionOf<Kind> => definition.kind === kind);
  const keysOf = (kind: DefinitionKind) => definitionsOf(kind).map((definition) => definition.key);
  const observed = await loadCatalog(db);
  const { except } = options;
  const savedAudiences = observed.audiences.filter((key) => except?.kind !== 'audience' || except.key !== key);
  return {
    definitionsOf,
    catalog: {
      tables: catalogTables(definitionsOf('table')),
      traits: observed.traits,
      audiences: [...new Set([...keysOf('audience'), ...savedAudiences])].sort(),
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
