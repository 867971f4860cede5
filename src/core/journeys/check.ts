import type { Catalog } from '../data/index.ts';
import type { Problem } from '../kernel/index.ts';
import type { JourneyDefinition } from './definition.ts';

/** Everything wrong with a journey, at once; the path of each problem names the step: `steps.nudge.template`. */
export function checkJourney(_definition: JourneyDefinition, _catalog: Catalog): Problem[] {
  return [];
}
