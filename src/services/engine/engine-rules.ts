import type { EngineRules } from '../../core/engine/index.ts';
import { compileJourney, type JourneyDefinition } from '../../core/journeys/index.ts';
import type { LiveRules } from '../live/index.ts';

const known = new WeakMap<LiveRules, EngineRules>();

/** The rules in force as decisions read them; made once per epoch. */
export function engineRules(live: LiveRules): EngineRules {
  const before = known.get(live);
  if (before) return before;
  const rules: EngineRules = {
    audiences: live.audiences,
    metricsByEvent: live.metricsByEvent,
    journeys: live.journeys.map(({ definition, version, open, dryRun, hold }) => ({
      graph: compileJourney(definition as JourneyDefinition, version, live.catalog),
      open,
      dryRun,
      hold,
    })),
  };
  known.set(live, rules);
  return rules;
}
