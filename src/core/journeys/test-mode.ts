// Owns: what is different when a journey is tested: its name apart, waits that are cut short, where messages go, what is left out.
// Does not own: what a step means (advance), and which people a test has (services/journeys).
import { z } from 'zod';
import { Name } from '../data/index.ts';
import type { JourneyDefinition } from './definition.ts';
import type { JourneyGraph } from './graph.ts';
import { ChosenName, type Step } from './steps/index.ts';
import { HOLDOUT } from './steps/split.ts';
import { awaitedOf } from './steps/wait.ts';

/** How a test was asked for, as it is kept with its version. */
export const TestPlan = z.strictObject({
  journey: Name,
  /** Counts the tests of the journey. */
  number: z.number().int().positive(),
  /** The longest that a wait, or the timeout of a wait-for, lasts. */
  wait_ms: z.number().int().positive(),
  /** Where its messages go: the sandbox, the person, or one address. */
  messages: z.enum(['sandbox', 'person', 'address']),
  /** The channel that they leave by; none when it is that of each step. */
  channel: Name.nullable(),
  address: z.string().nullable(),
  /** Of splits and experiments the branch that everybody takes. */
  branches: z.record(ChosenName, ChosenName),
  /** After so long without anybody asking for something it ends. */
  idle_ms: z.number().int().positive(),
});
export type TestPlan = z.infer<typeof TestPlan>;

/** No journey has such a key: what a test causes can be counted nowhere but with it. */
const BETWEEN = '~';

/** The key under which everything of a test is kept: `welcome~3`. */
export function testKey({ journey, number }: Pick<TestPlan, 'journey' | 'number'>): string {
  return `${testKeyStart(journey)}${number}`;
}

/** What the keys of a journey's tests begin with. */
export function testKeyStart(journey: string): string {
  return `${journey}${BETWEEN}`;
}

/** Which test a key names; undefined for that of a journey. */
export function testOf(key: string): Pick<TestPlan, 'journey' | 'number'> | undefined {
  const [journey = '', number] = key.split(BETWEEN);
  return number === undefined ? undefined : { journey, number: Number(number) };
}

/** The journey whose key people know. */
export function journeyOf({ key, test }: Pick<JourneyGraph, 'key' | 'test'>): string {
  return test?.journey ?? key;
}

/**
 * The definition as it is tested: nobody is kept out by its dates, its limits or an entry before, and its messages go where the plan says.
 */
export function testBody(definition: JourneyDefinition, { channel }: Pick<TestPlan, 'channel'>): JourneyDefinition {
  const { starts_at: _starts, ends_at: _ends, max_entries: _entries, max_inside: _inside, ...kept } = definition;
  const through = (step: Step): Step => (step.type === 'email' && channel !== null ? { ...step, channel } : step);
  return {
    ...kept,
    entry: { ...definition.entry, reentry: 'always' },
    steps: Object.fromEntries(Object.entries(definition.steps).map(([name, step]) => [name, through(step)])),
  };
}

/** The branches that a step deals people among; none of a step that does not. */
export function branchesOf(step: Step | undefined): readonly string[] {
  if (step?.type === 'split') return [...Object.keys(step.then), 'else'];
  if (step?.type === 'experiment') return [...Object.keys(step.then), ...(step.holdout === undefined ? [] : [HOLDOUT])];
  return [];
}

/** The events of a person that the journey itself names, where it begins, waits or ends. */
export function eventsOf({ entry, exit, steps }: JourneyDefinition): readonly string[] {
  const waits = Object.values(steps).flatMap((step) => (step.type === 'wait-for' ? [...awaitedOf(step).values()] : []));
  return [...new Set([entry, ...exit, ...waits].flatMap((one) => ('event' in one ? [one.event].flat() : [])))];
}
