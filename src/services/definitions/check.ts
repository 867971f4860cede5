import { checkAudience } from '../../core/audiences/index.ts';
import { checkCampaign } from '../../core/campaigns/index.ts';
import { checkFragment, checkTemplate, type KnownVariables } from '../../core/content/index.ts';
import { checkTable, PROFILE_COLUMNS } from '../../core/data/index.ts';
import type { Definition } from '../../core/definitions/index.ts';
import type { Problem } from '../../core/kernel/index.ts';
import { checkRowVariables } from './check-row-variables.ts';
import { fragmentsOf, type World } from './load-world.ts';

/** Everything that `definition` names and that does not exist in `world`, with the nearest name that does. */
export function checkDefinition(definition: Definition, world: World): Problem[] {
  switch (definition.kind) {
    case 'table':
      return checkTable(definition, world.definitionsOf('table'));
    case 'channel':
      return [];
    case 'fragment':
      return checkFragment(definition, fragmentsOf(world));
    case 'template':
      return [...checkTemplate(definition, profileVariables(world), fragmentsOf(world)).problems];
    case 'audience':
      return checkAudience(definition, world.catalog);
    case 'campaign':
      return [...checkCampaign(definition, world.catalog), ...checkRowVariables(definition, world)];
  }
}

/** What templates can say of a person. Before the first import nobody knows the traits, so none is refused. */
function profileVariables({ catalog }: World): KnownVariables {
  if (catalog.traits.length === 0) return {};
  const names = [...PROFILE_COLUMNS, ...catalog.traits].map((column) => column.name);
  return { profile: [...new Set(names)] };
}
