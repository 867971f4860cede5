import type { DurationMs, Instant } from '../kernel/index.ts';
import { aggregatesOf, compileAggregates, type Items } from './aggregate.ts';
import type { RowTest } from './closure.ts';
import { compileComparison, valueAt } from './compare.ts';
import { type PropertyTest, propertyComparison } from './comparison.ts';
import type { EventFact, Facts } from './facts.ts';
import { ruleDuration } from './moment.ts';
import type { EventRule, SequenceRule } from './rule.ts';
import { isWithin, spanOf } from './window.ts';

export function compileEvents(rule: EventRule): RowTest {
  const measure = eventItems(rule);
  const test = compileAggregates(aggregatesOf(rule));
  return (facts, _row, now) => test(measure(facts, now), now);
}

/** The events that a condition is about, as items that aggregates read. */
export function eventItems(rule: EventRule): (facts: Facts, now: Instant) => Items {
  const accepts = compileEvent(rule.event, rule.where);
  return (facts, now) => {
    const span = spanOf(rule, now);
    const events = facts.events.filter((event) => isWithin(span, event.at) && accepts(event, now));
    return {
      count: events.length,
      values: (path) => events.map((event) => valueAt(event.properties, path.split('.'))),
      typeOf: () => 'json',
      times: events.map((event) => event.at),
    };
  };
}

/** Whether an event is one that a condition or a step of a sequence is about. */
export function compileEvent(
  names: string | readonly string[],
  where: Readonly<Record<string, PropertyTest>> | undefined,
): (event: EventFact, now: Instant) => boolean {
  const wanted: readonly string[] = typeof names === 'string' ? [names] : names;
  const tests = Object.entries(where ?? {}).map(([path, test]) => {
    const accepts = compileComparison(propertyComparison(test), 'json');
    const steps = path.split('.');
    return (event: EventFact, now: Instant) => accepts(valueAt(event.properties, steps), now);
  });
  return (event, now) => {
    if (!wanted.includes(event.name)) return false;
    for (const test of tests) if (!test(event, now)) return false;
    return true;
  };
}

/** A chain of events, each after the one before it (by time, then by event id) and at most its `within` later. */
export function compileSequence(rule: SequenceRule): RowTest {
  const steps = rule.sequence.map((step) => compileEvent(step.event, step.where));
  const gaps = sequenceGaps(rule);
  return (facts, _row, now) => {
    const span = spanOf(rule, now);
    const events = facts.events.filter((event) => isWithin(span, event.at));
    const chain = events.map((event) => ({ at: event.at, fits: (step: number) => steps[step]?.(event, now) === true }));
    return hasChain(chain, gaps);
  };
}

/** At most so long after the event before it: of each step. */
export function sequenceGaps(rule: SequenceRule): DurationMs[] {
  return rule.sequence.map((step) =>
    step.within === undefined ? Number.POSITIVE_INFINITY : (ruleDuration(step.within) ?? 0),
  );
}

/** Whether events in order of time hold a chain: one that fits each step, each behind the one before it and within its gap. */
export function hasChain(
  events: readonly { readonly at: Instant; fits(step: number): boolean }[],
  gaps: readonly DurationMs[],
): boolean {
  // For each event, whether a chain of the steps so far can end at it. Of several ends before an event the last one is the nearest.
  let ends: boolean[] = [];
  for (const [step, gap] of gaps.entries()) {
    let last: Instant | undefined;
    ends = events.map((event, position) => {
      const follows = step === 0 || (last !== undefined && event.at - last <= gap);
      if (ends[position]) last = event.at;
      return follows && event.fits(step);
    });
  }
  return ends.includes(true);
}
