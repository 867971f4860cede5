import type { DefinitionKind } from '../../core/definitions/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { checkDefinition } from './check.ts';
import { loadWorld, type World } from './load-world.ts';

/** The published definitions that would have a problem more if this one did not exist, as `campaign "spring"`. */
export async function usersOf(db: Queryable, kind: DefinitionKind, key: string): Promise<string[]> {
  const world = await loadWorld(db, { states: ['published'], batch: [] });
  const without = await loadWorld(db, { states: ['published'], batch: [], except: { kind, key } });
  const kinds = [
    'table',
    'computed-trait',
    'fragment',
    'template',
    'audience',
    'campaign',
    'journey',
    'placement',
    'decision',
  ] as const;
  const others = kinds.flatMap((other) => [...world.definitionsOf(other)]);
  const problems = (definition: (typeof others)[number], seen: World) => checkDefinition(definition, seen).length;
  return others
    .filter((definition) => definition.kind !== kind || definition.key !== key)
    .filter((definition) => problems(definition, without) > problems(definition, world))
    .map((definition) => `${definition.kind} "${definition.key}"`);
}
