import type { LiveRules } from '../live/index.ts';

/** What the rules in force make it necessary to load of every person. */
export type LiveNeeds = {
  readonly consents: boolean;
  readonly instances: boolean;
  /** Some rule asks about rows or messages: the answers are kept with the metrics. */
  readonly external: boolean;
  /** Journeys for which it matters when somebody was in them last. */
  readonly endedOf: readonly string[];
};

const known = new WeakMap<LiveRules, LiveNeeds>();

export function needsOf(live: LiveRules): LiveNeeds {
  const before = known.get(live);
  if (before) return before;
  const needs: LiveNeeds = {
    consents: live.journeys.length > 0 || live.audiences.byConsents.length > 0,
    instances: live.journeys.length > 0,
    external: live.audiences.all.some(({ rule }) => rule.needs.external.size > 0),
    endedOf: [...new Set(live.journeys.filter(({ open }) => open).map(({ key }) => key))],
  };
  known.set(live, needs);
  return needs;
}
