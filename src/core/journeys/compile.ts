import type { Catalog } from '../data/index.ts';
import type { JourneyDefinition } from './definition.ts';
import type { JourneyGraph } from './graph.ts';

/** A definition that passed `checkJourney`, ready to be walked. */
export function compileJourney(_definition: JourneyDefinition, _version: number, _catalog: Catalog): JourneyGraph {
  throw new TypeError('Journeys cannot be compiled yet.');
}
