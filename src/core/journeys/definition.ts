import { z } from 'zod';
import { Name } from '../data/index.ts';
import { worded } from '../kernel/index.ts';
import { Entry, Exit } from './entry.ts';
import { ChosenName, END, Step } from './steps/index.ts';
import { Delay, LocalMoment, Zone, ZoneSetting } from './time.ts';

export const STEPS_IN_JOURNEY_MAX = 500;

/** Where the canvas draws each step; laid out automatically when absent. */
const Layout = z.record(z.string(), z.strictObject({ x: z.number(), y: z.number() }));

const StepName = ChosenName.refine(
  (name) => name !== END,
  worded('"end" stands for "nothing follows"; choose another name'),
);

/** A journey: a graph of steps through which one person moves at a time. */
export const JourneyDefinition = z.strictObject({
  kind: z.literal('journey'),
  key: Name,
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(2_000).optional(),
  tags: z.array(z.string().min(1).max(100)).max(50).default([]),
  entry: Entry,
  max_entries: z
    .strictObject({ count: z.number().int().min(1), per: Delay })
    .exactOptional()
    .describe('How many may come in per period; periods are counted from 1970 in UTC'),
  max_inside: z.number().int().min(1).exactOptional().describe('How many instances there may be at once'),
  exit: z.array(Exit).max(20).default([]),
  starts_at: LocalMoment.exactOptional().describe('Nobody comes in before'),
  ends_at: LocalMoment.exactOptional().describe('Nobody comes in after, and who is inside leaves'),
  time_zone: ZoneSetting.default('UTC'),
  fallback_zone: Zone.default('UTC').describe('For people whose profile names no zone'),
  timeout: Delay.default('90d').describe('Who is inside for so long leaves'),
  start: Name,
  steps: z.record(StepName, Step),
  layout: Layout.optional(),
});
export type JourneyDefinition = z.infer<typeof JourneyDefinition>;
/** A journey as a person writes it, before defaults. */
export type JourneyInput = z.input<typeof JourneyDefinition>;

/** The other journeys into which this one lets people. */
export function jumpsOf(definition: JourneyDefinition): readonly string[] {
  return Object.values(definition.steps).flatMap((step) => (step.type === 'jump' ? [step.journey] : []));
}
