import type { Instant } from '../kernel/index.ts';
import {
  AGGREGATE_KINDS,
  type AggregateKind,
  type Aggregates,
  aggregatesOf,
  canCount,
  compileAggregateChange,
  compileAggregates,
  compileEvent,
  compileWindow,
  type EventFact,
  type EventRule,
  entersAt,
  type Items,
  leavesAt,
  type TimeWindow,
} from '../rules/index.ts';
import { atOf, type Entry, type Keeper, type Kept, listKeeper, weightOf } from './keep.ts';
import type { Memory } from './memory.ts';
import { compileReach, judgeReach, type Reach } from './reach.ts';
import { isTallied, tallyKeeper } from './tally.ts';

/** How one aggregate of a condition is answered from what is kept for it. */
type Part = {
  readonly keeper: Keeper;
  readonly test: (items: Items, now: Instant) => boolean;
  readonly change: ((items: Items, now: Instant) => Instant | undefined) | undefined;
  readonly reach: Reach | undefined;
};

/** What an event condition remembers: of each of its aggregates what it needs; a condition with one holds that alone. */
export function eventMemory(rule: EventRule): Memory {
  const window = compileWindow(rule);
  const accepts = compileEvent(rule.event, rule.where);
  const concerns = (event: EventFact, now: Instant) => canCount(window, event.at) && accepts(event, now);
  const parts = partsOf(aggregatesOf(rule), window);
  const pairs = (state: unknown): readonly (readonly [Part, Kept])[] => {
    if (state === undefined) return parts.map((part) => [part, part.keeper.empty]);
    const kept = parts.length === 1 ? [state as Kept] : (state as readonly Kept[]);
    return parts.map((part, index) => [part, kept[index] ?? part.keeper.empty]);
  };
  const [part] = parts;
  const reach = parts.length === 1 ? part?.reach : undefined;
  return {
    events: [rule.event].flat(),
    concerns,
    add(state, events, now) {
      const wanted = wantedOf(events, (event) => concerns(event, now));
      if (wanted.length === 0) return state;
      if (part && parts.length === 1) {
        const kept = (state ?? part.keeper.empty) as Kept;
        const after = part.keeper.add(kept, wanted, now);
        return after === kept ? state : after;
      }
      const before = pairs(state);
      const after = before.map(([part, kept]) => part.keeper.add(kept, wanted, now));
      if (after.every((kept, index) => kept === before[index]?.[1])) return state;
      return after;
    },
    size(state) {
      if (state === undefined) return 0;
      if (part && parts.length === 1) return weightOf(part.keeper.entries(state as Kept));
      return Math.max(0, ...pairs(state).map(([{ keeper }, kept]) => weightOf(keeper.entries(kept))));
    },
    test: (state, now) => pairs(state).every(([part, kept]) => part.test(part.keeper.items(kept, now), now)),
    ...(reach ? { judge: (state, now) => judgeReach(reach, window, (state ?? []) as readonly Entry[], now) } : {}),
    nextTurn(state, now) {
      let first = Number.POSITIVE_INFINITY;
      const turn = (at: Instant) => {
        if (at > now && at < first) first = at;
      };
      for (const [{ keeper, change }, kept] of pairs(state)) {
        const next = change?.(keeper.items(kept, now), now);
        if (next !== undefined) turn(next);
        for (const entry of keeper.entries(kept)) {
          const at = atOf(entry);
          turn(entersAt(window, at));
          turn(leavesAt(window, at));
        }
      }
      return first === Number.POSITIVE_INFINITY ? undefined : first;
    },
  };
}

const NO_EVENTS: readonly EventFact[] = [];

function wantedOf(events: readonly EventFact[], isWanted: (event: EventFact) => boolean): readonly EventFact[] {
  const [only] = events;
  if (only === undefined || events.length > 1) return events.filter(isWanted);
  return isWanted(only) ? events : NO_EVENTS;
}

function partsOf(aggregates: Aggregates, window: TimeWindow): readonly Part[] {
  const kinds = AGGREGATE_KINDS.filter((kind) => aggregates[kind] !== undefined);
  return kinds.map((kind) => {
    const one: Aggregates = { [kind]: aggregates[kind] };
    return {
      keeper: keeperOf(kind, one, window),
      test: compileAggregates(one),
      change: compileAggregateChange(one),
      reach: isTallied(kind, window) ? undefined : compileReach(kind, one),
    };
  });
}

function keeperOf(kind: AggregateKind, aggregates: Aggregates, window: TimeWindow): Keeper {
  return isTallied(kind, window) ? tallyKeeper(kind, aggregates, window) : listKeeper(kind, aggregates, window);
}
