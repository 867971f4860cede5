import { checkCampaign } from '../../core/campaigns/index.ts';
import { checkTable } from '../../core/data/index.ts';
import type { Definition } from '../../core/definitions/index.ts';
import type { Problem } from '../../core/kernel/index.ts';
import type { World } from './load-world.ts';

/** Everything that `definition` names and that does not exist in `world`, with the nearest name that does. */
export function checkDefinition(definition: Definition, world: World): Problem[] {
  switch (definition.kind) {
    case 'table':
      return checkTable(definition, world.definitionsOf('table'));
    case 'channel':
    case 'fragment':
      return [];
    case 'template':
      return [];
    case 'campaign':
      return checkCampaign(definition, world.catalog);
  }
}
