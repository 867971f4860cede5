import type { Instant } from '../kernel/index.ts';
import { aggregatesOf, compileAggregates, type Items } from './aggregate.ts';
import type { RowTest } from './closure.ts';
import { compileComparison, valueAt } from './compare.ts';
import { type PropertyTest, propertyComparison } from './comparison.ts';
import type { EventFact, Facts } from './facts.ts';
import { ruleDuration, ruleMoment } from './moment.ts';
import type { EventRule, EventStep, EventWindow, SequenceRule } from './rule.ts';

/** The span of time in which events count: from its first instant up to, but without, its last. */
export type Span = { readonly from: Instant | undefined; readonly to: Instant };

/** The span of a window. What lies in the future has not happened yet and never counts. */
export function spanOf(window: EventWindow, now: Instant): Span {
  const starts: (Instant | undefined)[] = [];
  const ends: (Instant | undefined)[] = [now + 1];
  if (window.within !== undefined) starts.push(now - (ruleDuration(window.within) ?? 0));
  if (window.since !== undefined) starts.push(ruleMoment(window.since, now));
  if (window.before !== undefined) ends.push(ruleMoment(window.before, now));
  if (window.between !== undefined) {
    starts.push(ruleMoment(window.between[0], now));
    ends.push(ruleMoment(window.between[1], now));
  }
  const known = starts.filter((start) => start !== undefined);
  return {
    from: known.length === 0 ? undefined : Math.max(...known),
    to: Math.min(...ends.filter((end) => end !== undefined)),
  };
}

function within(span: Span, at: Instant): boolean {
  return at < span.to && (span.from === undefined || at >= span.from);
}

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
    const events = facts.events.filter((event) => within(span, event.at) && accepts(event, now));
    return {
      count: events.length,
      values: (path) => events.map((event) => valueAt(event.properties, path.split('.'))),
      typeOf: () => 'json',
      times: events.map((event) => event.at),
    };
  };
}

function compileEvent(
  names: string | readonly string[],
  where: Readonly<Record<string, PropertyTest>> | undefined,
): (event: EventFact, now: Instant) => boolean {
  const wanted = new Set(typeof names === 'string' ? [names] : names);
  const tests = Object.entries(where ?? {}).map(([path, test]) => {
    const accepts = compileComparison(propertyComparison(test), 'json');
    const steps = path.split('.');
    return (event: EventFact, now: Instant) => accepts(valueAt(event.properties, steps), now);
  });
  return (event, now) => wanted.has(event.name) && tests.every((test) => test(event, now));
}

/** A chain of events, each after the one before it (by time, then by event id) and at most its `within` later. */
export function compileSequence(rule: SequenceRule): RowTest {
  const steps = rule.sequence.map(compileStep);
  return (facts, _row, now) => {
    const span = spanOf(rule, now);
    const events = facts.events.filter((event) => within(span, event.at));
    // The positions at which a chain of the steps so far can end.
    let ends: number[] = [];
    for (const [index, step] of steps.entries()) {
      ends = events.flatMap((event, position) => {
        if (!step.accepts(event, now)) return [];
        const follows =
          index === 0 || ends.some((end) => end < position && event.at - (events[end]?.at ?? 0) <= step.withinMs);
        return follows ? [position] : [];
      });
    }
    return ends.length > 0;
  };
}

function compileStep(step: EventStep) {
  return {
    accepts: compileEvent(step.event, step.where),
    withinMs: step.within === undefined ? Number.POSITIVE_INFINITY : (ruleDuration(step.within) ?? 0),
  };
}
