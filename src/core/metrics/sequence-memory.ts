import type { Instant } from '../kernel/index.ts';
import {
  canCount,
  compileEvent,
  compileWindow,
  type EventFact,
  earliest,
  entersAt,
  hasChain,
  isWithin,
  leavesAt,
  type SequenceRule,
  sequenceGaps,
  spanAt,
} from '../rules/index.ts';
import { areSame, atOf, type Entry, forgetting, merged } from './keep.ts';
import type { Memory } from './memory.ts';

/** A chain that was found and can never break is all there is to know. */
const FOUND = 'found';

/** What a sequence remembers: the events that fit a step, each with the steps that it fits as bits. */
export function sequenceMemory(rule: SequenceRule): Memory {
  const window = compileWindow(rule);
  const gaps = sequenceGaps(rule);
  const steps = rule.sequence.map((step) => compileEvent(step.event, step.where));
  const read = (event: EventFact, now: Instant): readonly Entry[] => {
    if (!canCount(window, event.at)) return [];
    const bits = steps.reduce((sum, fits, step) => (fits(event, now) ? sum | (1 << step) : sum), 0);
    return bits === 0 ? [] : [[event.at, bits]];
  };
  const forget = forgetting(window, pickerOf(gaps, window.fromOffset !== undefined));
  const listed = (state: unknown) => (Array.isArray(state) ? (state as readonly Entry[]) : []);
  const test = (state: unknown, now: Instant) => {
    if (state === FOUND) return true;
    const span = spanAt(window, now);
    const inside = listed(state).filter((entry) => isWithin(span, atOf(entry)));
    return hasChain(
      inside.map((entry) => ({ at: atOf(entry), fits: (step: number) => (bitsOf(entry) & (1 << step)) !== 0 })),
      gaps,
    );
  };
  return {
    events: [...new Set(rule.sequence.flatMap((step) => step.event))],
    concerns: (event, now) => read(event, now).length > 0,
    add(state, events, now) {
      if (state === FOUND) return state;
      const before = listed(state);
      const after = forget(
        merged(
          before,
          events.flatMap((event) => read(event, now)),
        ),
        now,
      );
      if (areSame(before, after)) return state;
      return window.fromOffset === undefined && test(after, now) ? FOUND : after;
    },
    size: (state) => listed(state).length,
    test,
    nextTurn: (state, now) =>
      earliest(
        listed(state).flatMap((entry) => [entersAt(window, atOf(entry)), leavesAt(window, atOf(entry))]),
        now,
      ),
  };
}

function bitsOf(entry: Entry): number {
  return typeof entry === 'number' ? 0 : Number(entry[1]);
}

/**
 * Between any two events a late one may come, so that nearly all of them matter. Those that never do: of events that can only end a
 * chain all but the last, and where nothing leaves the window of those that can only begin one all but the first, as long as the gap
 * to the neighbour is not bounded.
 */
function pickerOf(gaps: readonly number[], leaves: boolean): (happened: readonly Entry[]) => readonly Entry[] {
  const first = 1;
  const last = 1 << (gaps.length - 1);
  const oneBegin = !leaves && gaps[1] === Number.POSITIVE_INFINITY;
  const oneEnd = gaps.at(-1) === Number.POSITIVE_INFINITY;
  return (happened) => {
    const begin = oneBegin ? happened.find((entry) => bitsOf(entry) === first) : undefined;
    const end = oneEnd ? happened.findLast((entry) => bitsOf(entry) === last) : undefined;
    if (begin === undefined && end === undefined) return happened;
    return happened.filter((entry) => {
      if (begin !== undefined && bitsOf(entry) === first) return entry === begin;
      return end === undefined || bitsOf(entry) !== last || entry === end;
    });
  };
}
