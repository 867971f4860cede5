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
  type EventRule,
  earliest,
  entersAt,
  type Items,
  leavesAt,
  type TimeWindow,
} from '../rules/index.ts';
import { atOf, type Keeper, type Kept, listKeeper, weightOf } from './keep.ts';
import type { Memory } from './memory.ts';
import { isTallied, tallyKeeper } from './tally.ts';

/** How one aggregate of a condition is answered from what is kept for it. */
type Part = {
  readonly keeper: Keeper;
  readonly test: (items: Items, now: Instant) => boolean;
  readonly change: ((items: Items, now: Instant) => Instant | undefined) | undefined;
};

/** What an event condition remembers: of each of its aggregates what it needs; a condition with one holds that alone. */
export function eventMemory(rule: EventRule): Memory {
  const window = compileWindow(rule);
  const accepts = compileEvent(rule.event, rule.where);
  const parts = partsOf(aggregatesOf(rule), window);
  const pairs = (state: unknown): readonly (readonly [Part, Kept])[] => {
    if (state === undefined) return parts.map((part) => [part, part.keeper.empty]);
    const kept = parts.length === 1 ? [state as Kept] : (state as readonly Kept[]);
    return parts.map((part, index) => [part, kept[index] ?? part.keeper.empty]);
  };
  const [part] = parts;
  const newest = part && parts.length === 1 && part.change === undefined ? part.keeper.newest : undefined;
  return {
    events: [rule.event].flat(),
    add(state, events, now) {
      const wanted = events.filter((event) => canCount(window, event.at) && accepts(event, now));
      if (wanted.length === 0) return state;
      const before = pairs(state);
      const after = before.map(([part, kept]) => part.keeper.add(kept, wanted, now));
      if (after.every((kept, index) => kept === before[index]?.[1])) return state;
      return parts.length === 1 ? after[0] : after;
    },
    size: (state) => Math.max(0, ...pairs(state).map(([{ keeper }, kept]) => weightOf(keeper.entries(kept)))),
    test: (state, now) => pairs(state).every(([part, kept]) => part.test(part.keeper.items(kept, now), now)),
    nextTurn(state, now) {
      const turns: Instant[] = [];
      for (const [{ keeper, change }, kept] of pairs(state)) {
        const next = change?.(keeper.items(kept, now), now);
        if (next !== undefined) turns.push(next);
        for (const entry of keeper.entries(kept)) {
          const at = atOf(entry);
          turns.push(entersAt(window, at), leavesAt(window, at));
        }
      }
      return earliest(turns, now);
    },
    ...(newest === undefined ? {} : { newest: { count: newest, window } }),
  };
}

function partsOf(aggregates: Aggregates, window: TimeWindow): readonly Part[] {
  const kinds = AGGREGATE_KINDS.filter((kind) => aggregates[kind] !== undefined);
  return kinds.map((kind) => {
    const one: Aggregates = { [kind]: aggregates[kind] };
    return {
      keeper: keeperOf(kind, one, window),
      test: compileAggregates(one),
      change: compileAggregateChange(one),
    };
  });
}

function keeperOf(kind: AggregateKind, aggregates: Aggregates, window: TimeWindow): Keeper {
  return isTallied(kind, window) ? tallyKeeper(kind, aggregates, window) : listKeeper(kind, aggregates, window);
}
