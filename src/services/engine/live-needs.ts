import type { LiveRules } from '../live/index.ts';

/** What the rules in force make it necessary to load of every person. */
export type LiveNeeds = {
  readonly consents: boolean;
  readonly instances: boolean;
  /** Some rule or computed trait asks about rows or messages: the answers are kept with the metrics. */
  readonly external: boolean;
  /** Audiences that campaigns save and live rules ask for. */
  readonly savedOf: readonly string[];
  /** Journeys that people may enter for which it matters when they were in them last. */
  readonly endedOf: readonly string[];
};

const known = new WeakMap<LiveRules, LiveNeeds>();

export function needsOf(live: LiveRules): LiveNeeds {
  const before = known.get(live);
  if (before) return before;
  const needs: LiveNeeds = {
    consents: live.journeys.length > 0 || live.audiences.byConsents.length > 0,
    instances: live.journeys.length > 0 || live.over.size > 0,
    external: live.externals.size > 0 || live.computed.some(({ rows }) => rows !== undefined),
    savedOf: [...live.audiences.bySaved.keys()].filter((key) => !live.audiences.all.some((one) => one.key === key)),
    endedOf: [
      ...new Set(live.journeys.filter(({ open, graph }) => open && graph.entry.reentryMs > 0).map(({ key }) => key)),
    ],
  };
  known.set(live, needs);
  return needs;
}
