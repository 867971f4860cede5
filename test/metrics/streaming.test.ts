// Two ways to one answer: a closure over a person's whole history, and states that were folded event by event. Whatever the rule, the
// order in which events come and the moment at which one asks, they must agree. Set RULES_SEED to repeat a run and RULES_RUNS to hunt
// longer.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '../../src/core/kernel/index.ts';
import {
  compileShared,
  compileStreaming,
  foldEvent,
  MetricStates,
  type StreamingRule,
  streamingProblems,
} from '../../src/core/metrics/index.ts';
import { compileClosure, type EventFact, type Facts, Rule } from '../../src/core/rules/index.ts';
import { kindredRules, profileRule } from '../rules/rules.ts';
import { CATALOG, factsOf, NOW, worldArbitrary } from '../rules/world.ts';

const seed = Number(process.env.RULES_SEED ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env.RULES_RUNS ?? 300);
const PEOPLE = 12;
const STEP_MS = 6 * 3_600_000;
const START = NOW - 30 * STEP_MS;

const world = fc.sample(worldArbitrary, { numRuns: 1, seed })[0];
if (!world) throw new Error('There is no world to ask about.');
const people = factsOf(world).people;

/** Events come in an order of their own, some before their time, while the clock goes on: by hours, and to the edges of hours. */
const course = fc.array(
  fc.record({
    event: fc.option(fc.nat(7), { nil: undefined, freq: 3 }),
    wait: fc.oneof(
      fc.nat(12).map((steps) => steps * STEP_MS),
      fc.constantFrom(0, 1, 1_200_000, STEP_MS - 1),
    ),
  }),
  { minLength: 6, maxLength: 14 },
);
const streams = (rule: Rule) => streamingProblems(rule, CATALOG).length === 0;
const streaming = profileRule.filter(streams);
const aboutEvents = profileRule.filter((rule) => streams(rule) && compileStreaming(rule, CATALOG).metrics.length > 0);

type Course = readonly { readonly event: number | undefined; readonly wait: number }[];

/** Rules that share what they remember. What the database is asked about stands still meanwhile: messages of before. */
function follow(rules: readonly Rule[], someone: Facts, steps: Course): void {
  const before = ({ at }: { readonly at: Instant }) => at < START;
  const facts = {
    ...someone,
    messages: someone.messages.filter(before),
    reactions: someone.reactions.filter(before),
  };
  const compiled = compileShared(
    (conditions) => rules.map((rule) => compileStreaming(rule, CATALOG, conditions)),
    (streams) => streams,
  );
  const asked = rules.map((rule, index) => ({
    closure: compileClosure(rule, CATALOG),
    live: compiled[index] as StreamingRule,
  }));
  const shared = new Map(compiled.flatMap((live) => live.metrics.map((metric) => [metric.id, metric] as const)));
  const external = compiled
    .flatMap((live) => [...live.needs.external])
    .map(([id, each]) => [id, compileClosure(each.rule, CATALOG)(facts, START)] as const);
  let states = MetricStates.of(Object.fromEntries(external));
  let arrived: readonly EventFact[] = [];
  let now: Instant = START;
  for (const { event: index, wait } of steps) {
    now += wait;
    const event = index === undefined ? undefined : facts.events[index];
    if (event) {
      arrived = [...arrived, event].sort((a, b) => a.at - b.at);
      const metrics = [...shared.values()].filter((metric) => metric.events.includes(event.name));
      // As text and back, as the database keeps them.
      states = MetricStates.parse(foldEvent(metrics, states, event, now).states.toText());
    }
    const known = { ...facts, events: arrived };
    const without = { ...facts, events: [], audiences: new Set<string>() };
    for (const { closure, live } of asked) {
      const answer = closure(known, now);
      expect(live.test(without, states, now), `at ${new Date(now).toISOString()}`).toBe(answer);
      const next = live.nextChange(without, states, now);
      const until = next ?? now + 5 * 366 * 86_400_000;
      expect(until).toBeGreaterThan(now);
      for (const later of [now + 1, Math.floor((now + until) / 2), now + STEP_MS, now + 4 * STEP_MS, until - 1]) {
        if (later > now && later < until) {
          expect(closure(known, later), `constant at ${new Date(later).toISOString()}`).toBe(answer);
          expect(live.test(without, states, later)).toBe(answer);
        }
      }
    }
  }
}

test(`folded states answer as the whole history does, now and until they say (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      fc.oneof(streaming, { weight: 3, arbitrary: aboutEvents }),
      fc.nat(PEOPLE - 1),
      course,
      (rule, person, steps) => {
        const facts = people[person];
        if (facts) follow([Rule.parse(rule)], facts, steps);
      },
    ),
    { numRuns: runs * 3, seed },
  );
});

test(`rules about the same events answer from one list as each would by itself (seed ${seed})`, () => {
  fc.assert(
    fc.property(kindredRules, fc.nat(PEOPLE - 1), course, (rules, person, steps) => {
      const facts = people[person];
      const parsed = rules.map((rule) => Rule.parse(rule)).filter(streams);
      if (facts) follow(parsed, facts, steps);
    }),
    { numRuns: runs * 2, seed },
  );
});
