import { type AudienceIndex, type Changed, judgeAudiences } from '../audiences/index.ts';
import type { Instant } from '../kernel/index.ts';
import { foldEvent, type Metric } from '../metrics/index.ts';
import { type Facts, NO_ROWS } from '../rules/index.ts';
import type { AudienceChange, DeadLetter, HistoryEvent, ProfilePatch } from './changes.ts';
import type { EventItem, InboxItem } from './item.ts';
import type { Person } from './person.ts';
import { isEmptyPatch, joinPatches, namesOf, patched } from './profile-patch.ts';

/** What the engine reads of definitions, compiled. */
export type EngineRules = {
  readonly audiences: AudienceIndex;
  /** Metrics that look at an event, by its name. */
  readonly metricsByEvent: ReadonlyMap<string, readonly Metric[]>;
};

/** One person while their turn is decided: how they stand now, and what is to be stored. */
export type Desk = {
  readonly now: Instant;
  readonly rules: EngineRules;
  person: Person;
  patch: ProfilePatch | undefined;
  consents: Map<string, Person['consents'][number]>;
  readonly history: HistoryEvent[];
  readonly audienceChanges: AudienceChange[];
  readonly inbox: { bucket: number; profileId: number; item: InboxItem }[];
  readonly deadLetters: DeadLetter[];
  /** How often the memberships were judged. */
  judged: number;
  /** Traits for which there was no room. */
  traitsDropped: number;
};

/** An audience that the person entered or left this moment. */
export type Move = { readonly audience: string; readonly change: 'entered' | 'left' };

/** An audience may depend on audiences; a chain of them is followed this far within one judgement. */
const AUDIENCE_CHAIN_MAX = 10;
const NO_METRICS: readonly Metric[] = [];
const NO_MOVES: readonly Move[] = [];

export function openDesk(person: Person, { rules, now }: { readonly rules: EngineRules; readonly now: Instant }): Desk {
  return {
    now,
    rules,
    person,
    patch: undefined,
    consents: new Map(),
    history: [],
    audienceChanges: [],
    inbox: [],
    deadLetters: [],
    judged: 0,
    traitsDropped: 0,
  };
}

/** The person as rules see them. Their events are in the metrics. */
export function factsOf(person: Person): Facts {
  return {
    profile: person.profile,
    traits: person.traits,
    events: [],
    rows: NO_ROWS,
    audiences: new Set(person.audiences.keys()),
    consents: person.consents,
    messages: [],
    reactions: [],
    suppressed: person.suppressed,
  };
}

/** Changes what the profile says; answers the names that it changed. */
export function changeProfile(desk: Desk, patch: ProfilePatch): readonly string[] {
  if (isEmptyPatch(patch)) return [];
  desk.patch = desk.patch === undefined ? patch : joinPatches(desk.patch, patch);
  desk.person = patched(desk.person, patch, desk.now);
  return namesOf(patch);
}

/** Folds an event into the metrics that look at it; answers those whose state is another one. */
export function foldInto(desk: Desk, event: EventItem): ReadonlySet<string> | undefined {
  const metrics = desk.rules.metricsByEvent.get(event.name) ?? NO_METRICS;
  if (metrics.length === 0) return undefined;
  const fact = { name: event.name, at: event.occurredAt, properties: event.properties };
  const { states, changed } = foldEvent(metrics, desk.person.metrics, fact, desk.now);
  if (changed.size === 0) return undefined;
  desk.person = { ...desk.person, metrics: states };
  return changed;
}

/** Judges the memberships that a change may concern, and those that depend on these; answers who came and went, in order. */
export function judge(desk: Desk, changed: Changed, cause: AudienceChange['cause']): readonly Move[] {
  const { now, rules } = desk;
  desk.judged += 1;
  if (rules.audiences.all.length === 0) return NO_MOVES;
  const moves: Move[] = [];
  let next: Changed | undefined = changed;
  for (let round = 0; next !== undefined && round < AUDIENCE_CHAIN_MAX; round++) {
    const { person } = desk;
    const judged = judgeAudiences({
      facts: factsOf(person),
      metrics: person.metrics,
      members: person.audiences,
      index: rules.audiences,
      changed: next,
      wakeAt: person.wakeAt,
      now,
    });
    const moved: Move[] = [
      ...judged.entered.map((audience) => ({ audience, change: 'entered' as const })),
      ...judged.left.map((audience) => ({ audience, change: 'left' as const })),
    ];
    if (moved.length > 0 || judged.wakeAt !== person.wakeAt) {
      desk.person = {
        ...person,
        audiences: moved.length > 0 ? judged.members : person.audiences,
        wakeAt: judged.wakeAt,
      };
    }
    const { bucket, profileId } = person;
    for (const move of moved) desk.audienceChanges.push({ bucket, profileId, at: now, ...move, cause });
    moves.push(...moved);
    if (judged.stale) desk.inbox.push({ bucket, profileId, item: { kind: 'touch', cause: 'rows' } });
    const dependent = moved.filter(({ audience }) => rules.audiences.bySaved.has(audience));
    next = dependent.length === 0 ? undefined : { saved: new Set(dependent.map(({ audience }) => audience)) };
  }
  return moves;
}
