// A computed trait that was folded event by event must be what its whole history says, whatever the order in which events came.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant, Json } from '../kernel/index.ts';
import type { MetricState } from '../metrics/index.ts';
import { type EventFact, instantText } from '../rules/index.ts';
import { compileEvents } from './compile.ts';
import { COMPUTED_KINDS, type ComputedKind, EventTrait } from './definition.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 10);
const seed = Number(process.env.RULES_SEED ?? Math.floor(Math.random() * 2 ** 31));

const kind = fc.constantFrom(...COMPUTED_KINDS);
const within = fc.constantFrom(undefined, '6h', '2d');
/** Values of a property: numbers that do not add up in binary, texts, and what no aggregate can read. */
const value = fc.constantFrom<Json>(0.1, 0.2, 3, 3, 'a', 'b', 'b', true, null);
const steps = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 5 * HOUR }),
    /** Before or after now: late ones and ones from the future. */
    ago: fc.integer({ min: -3 * HOUR, max: 20 * HOUR }),
    value,
    name: fc.constantFrom('Order', 'Other'),
  }),
  { maxLength: 25 },
);

function definitionOf(kind: ComputedKind, span: string | undefined): EventTrait {
  const of = kind === 'count' ? true : 'total';
  return EventTrait.parse({
    kind: 'computed-trait',
    key: 'it',
    event: 'Order',
    ...(span === undefined ? {} : { within: span }),
    [kind]: of,
  });
}

/** By the book: the events of the window, looked at all together. */
function expected(kind: ComputedKind, events: readonly EventFact[], spanMs: number, now: Instant): Json | undefined {
  const inside = events
    .filter(({ name, at }) => name === 'Order' && at <= now && at >= now - spanMs)
    .sort((a, b) => a.at - b.at);
  const values = inside.map(({ properties }) => properties.total as Json);
  const numbers = values.filter((one): one is number => typeof one === 'number');
  const given = values.filter((one) => one !== null);
  const sum = numbers.reduce((total, one) => total + Math.round(one * 10), 0) / 10;
  switch (kind) {
    case 'count':
      return inside.length === 0 ? undefined : inside.length;
    case 'sum':
      return numbers.length === 0 ? undefined : sum;
    case 'average':
      return numbers.length === 0 ? undefined : sum / numbers.length;
    case 'min':
      return numbers.length === 0 ? undefined : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? undefined : Math.max(...numbers);
    case 'first':
      return given[0];
    case 'last':
      return given.at(-1);
    case 'distinct':
      return given.length === 0 ? undefined : new Set(given).size;
    case 'most_frequent': {
      const times = (one: Json) => given.filter((other) => other === one).length;
      return [...given]
        .reverse()
        .reduce<Json | undefined>(
          (best, one) => (best === undefined || times(one) > times(best) ? one : best),
          undefined,
        );
    }
  }
}

test('folded event by event it is what the history says, at every moment, also when time alone goes on', () => {
  const spans: Readonly<Record<string, number>> = { '6h': 6 * HOUR, '2d': 48 * HOUR };
  fc.assert(
    fc.property(kind, within, steps, (which, span, course) => {
      const trait = compileEvents(definitionOf(which, span));
      const spanMs = span === undefined ? Number.POSITIVE_INFINITY : (spans[span] ?? 0);
      const arrived: EventFact[] = [];
      let state: MetricState | undefined;
      let now = START;
      for (const [index, step] of course.entries()) {
        // Equal instants would leave open which came last.
        const at = now + step.wait - step.ago + index / 1_000;
        const until = now + step.wait;
        for (let turn = trait.metric.nextChange(state, now); turn !== undefined && turn <= until; ) {
          // Up to the turn the value stays what it is.
          expect(trait.value(state, turn - 1)).toEqual(expected(which, arrived, spanMs, turn - 1));
          now = turn;
          turn = trait.metric.nextChange(state, now);
        }
        now = until;
        const fact: EventFact = { name: step.name, at: Math.floor(at), properties: { total: step.value } };
        if (arrived.some((one) => one.at === fact.at)) continue;
        arrived.push(fact);
        if (trait.metric.events.includes(fact.name)) state = trait.metric.fold(state, fact, now);
        const wanted = expected(which, arrived, spanMs, now);
        expect(trait.value(state, now)).toEqual(wanted);
        expect(
          trait.value(
            trait.metric.foldAll(
              arrived.filter(({ name }) => name === 'Order'),
              now,
            ),
            now,
          ),
        ).toEqual(wanted);
      }
    }),
    { seed, numRuns: 400 },
  );
});

test('who outgrows the room is answered from the history, and says when that has to be asked again', () => {
  const trait = compileEvents(definitionOf('count', '2d'));
  const facts = Array.from({ length: 1_500 }, (_, index) => ({ name: 'Order', at: START + index, properties: {} }));
  const state = trait.metric.foldAll(facts, START + 2_000);
  expect(trait.value(state, START + 2_000)).toBe(1_500);
  const after = trait.metric.fold(state, { name: 'Order', at: START + 2_001, properties: {} }, START + 2_001);
  expect(after).toMatchObject({ outgrown: true, stale: true });
});

test('first and last without a property are the time of the event', () => {
  const definition = EventTrait.parse({
    kind: 'computed-trait',
    key: 'last_order',
    event: 'Order',
    last: true,
  });
  const trait = compileEvents(definition);
  const state = trait.metric.fold(undefined, { name: 'Order', at: START, properties: {} }, START);
  expect(trait.value(state, START)).toBe(instantText(START));
});

test('equal definitions share one metric, whatever they are called', () => {
  const idOf = (key: string, more: object) =>
    compileEvents(EventTrait.parse({ kind: 'computed-trait', key, event: 'Order', ...more })).metric.id;
  expect(idOf('a', { sum: 'total', within: '2d' })).toBe(idOf('b', { within: '2d', sum: 'total' }));
  expect(idOf('a', { sum: 'total', within: '2d' })).not.toBe(idOf('a', { sum: 'total', within: '3d' }));
});
