import { z } from 'zod';
import { Name } from '../../data/index.ts';
import { worded } from '../../kernel/index.ts';
import { CONDITIONS } from '../../rules/index.ts';
import { Delay, Duration, FullHour, LocalMoment, TimeOfDay, Weekdays, WithinDay, ZoneSetting } from '../time.ts';
import { PropertyTests } from './condition.ts';
import { ChosenName, type Outlet, outlet, StepSettings, Target } from './step.ts';

export const ValuePath = z
  .string()
  .max(500)
  .regex(/^[^.\s][^.]*(\.[^.]+)*$/, worded('must be names joined by dots'));

/** `-7d`, `+12h`: before or after a moment. */
const Offset = z.string().refine((text) => Duration.safeParse(text.replace(/^[+-]/, '')).success, {
  message: worded('must be a duration with or without a sign, such as -7d or 12h'),
});

const BestHour = z.strictObject({
  fallback: FullHour.describe('For whom fewer than 5 openings and clicks are known'),
  within: WithinDay.default('24h').describe(
    'The longest that anybody waits: for the best of the hours that come until then',
  ),
});
export type BestHour = z.infer<typeof BestHour>;

const Until = z.union([
  LocalMoment.describe('A date and time on the wall'),
  z.strictObject({
    trait: ValuePath.describe('A trait, or a column of the profile, that holds a date'),
    yearly: z.boolean().exactOptional().describe('true: the next time its month and day come round'),
    offset: Offset.exactOptional().describe('Days are those of the calendar'),
    at: TimeOfDay.exactOptional().describe('At this time of that day instead'),
  }),
  z.strictObject({
    value: ValuePath.describe('A path that starts with entry. or results.'),
    offset: Offset.exactOptional(),
    at: TimeOfDay.exactOptional(),
  }),
  z.strictObject({
    best_hour: BestHour.describe('The hour of the day in which the person opened and clicked most in the last 90 days'),
  }),
  z
    .strictObject({
      time: TimeOfDay.exactOptional().describe('The next time that clocks show this; absent: the beginning of the day'),
      days: Weekdays.exactOptional(),
    })
    // Aborting: a slip in one of the forms above is not to be taken for unknown keys of this one, which asks for none.
    .refine(({ time, days }) => time !== undefined || days !== undefined, {
      message: worded('Names no time.'),
      abort: true,
    }),
]);
export type Until = z.infer<typeof Until>;

/** Lets time pass: for so long, until a moment, or until clocks show a time. */
export const Wait = z.strictObject({
  type: z.literal('wait'),
  ...StepSettings,
  for: Delay.exactOptional(),
  until: Until.exactOptional(),
  zone: ZoneSetting.exactOptional().describe("Absent: the journey's"),
  next: Target.exactOptional(),
  else: Target.exactOptional().describe('When there is no such date'),
});
export type Wait = z.infer<typeof Wait>;

/** What a wait for the best hour says of it. */
export function bestHourOf({ until }: Pick<Wait, 'until'>): BestHour | undefined {
  return typeof until === 'object' && 'best_hour' in until ? until.best_hour : undefined;
}

export function waitOutlets(step: Wait): Outlet[] {
  const dated = typeof step.until === 'object' && ('trait' in step.until || 'value' in step.until);
  return [outlet('next', step.next), ...(dated || step.else !== undefined ? [outlet('else', step.else)] : [])];
}

/** Property of the event that equals one of the entry, or pairs of the two. */
export const Same = z.union([ValuePath, z.record(ValuePath, ValuePath)]);
export type Same = z.infer<typeof Same>;

export const REACTIONS = ['opened', 'clicked', 'unsubscribed', 'complained'] as const;
/** What becomes of a message at the provider; known of the messages of the journey's own steps. */
export const RESULTS = ['delivered', 'bounced', 'failed'] as const;
export type MessageResult = (typeof RESULTS)[number];

const eventCondition = {
  event: CONDITIONS.event.shape.event,
  where: PropertyTests.exactOptional(),
  same: Same.exactOptional().describe('Properties that must equal those of the entry'),
};
const messageCondition = {
  message: z.union([
    z.literal('*'),
    Name.describe('A step of this journey that sends'),
    z.strictObject({ campaign: Name, activity: Name.exactOptional() }),
    z.strictObject({ journey: Name, step: Name.exactOptional() }),
  ]),
  reaction: z
    .enum([...REACTIONS, ...RESULTS])
    .describe(
      'opened, clicked, unsubscribed, complained: what the person did with it. Of a message of a step of this journey also what became of it: ' +
        'delivered (the provider took it), bounced (refused for good, as an address that does not exist), failed (not sent, whatever the reason)',
    ),
  machine: z.boolean().exactOptional().describe('true: reactions of proxies and scanners instead of people'),
};
const audienceCondition = { audience: Name, on: z.enum(['entered', 'left']).default('entered') };

/** Whether it is about what becomes of a message, and not about what the person does. */
export function isResult(reaction: string): reaction is MessageResult {
  return (RESULTS as readonly string[]).includes(reaction);
}

/** One thing to wait for. */
export const Awaited = z.union([
  z.strictObject(eventCondition),
  z.strictObject(messageCondition),
  z.strictObject(audienceCondition),
]);
export type Awaited = z.infer<typeof Awaited>;

/** Waits until one of several things happens, or the time is up. */
export const WaitFor = z.strictObject({
  type: z.literal('wait-for'),
  ...StepSettings,
  event: eventCondition.event.exactOptional(),
  where: eventCondition.where,
  same: eventCondition.same,
  message: messageCondition.message.exactOptional(),
  reaction: messageCondition.reaction.exactOptional(),
  machine: messageCondition.machine,
  audience: Name.exactOptional(),
  on: z.enum(['entered', 'left']).exactOptional(),
  any: z.record(ChosenName, Awaited).exactOptional().describe('Several things by name; the first that happens counts'),
  timeout: Delay.exactOptional(),
  then: z.record(ChosenName, Target).describe('happened and timed-out, or the names of `any`'),
});
export type WaitFor = z.infer<typeof WaitFor>;

export const HAPPENED = 'happened';
export const TIMED_OUT = 'timed-out';

/** What a step waits for, by the outlet that it leads to; one thing written at the top is `happened`. */
export function awaitedOf(step: WaitFor): ReadonlyMap<string, Awaited> {
  const map = new Map<string, Awaited>(Object.entries(step.any ?? {}));
  if (step.event !== undefined) {
    map.set(HAPPENED, {
      event: step.event,
      ...(step.where === undefined ? {} : { where: step.where }),
      ...(step.same === undefined ? {} : { same: step.same }),
    });
  } else if (step.message !== undefined && step.reaction !== undefined) {
    map.set(HAPPENED, {
      message: step.message,
      reaction: step.reaction,
      ...(step.machine === undefined ? {} : { machine: step.machine }),
    });
  } else if (step.audience !== undefined) {
    map.set(HAPPENED, { audience: step.audience, on: step.on ?? 'entered' });
  }
  return map;
}

/** A name of `any` without a line of its own in `then` leaves by `happened`. */
export function waitForOutlets(step: WaitFor): Outlet[] {
  const names = new Set([...awaitedOf(step).keys()]);
  const listed = Object.entries(step.then).map(([name, target]) => outlet(name, target, `then.${name}`));
  const fallback = step.then[HAPPENED];
  const missing = [...names]
    .filter((name) => step.then[name] === undefined)
    .map((name) => outlet(name, fallback, `then.${name}`));
  const late = step.timeout !== undefined && step.then[TIMED_OUT] === undefined ? [outlet(TIMED_OUT, undefined)] : [];
  return [...listed.filter(({ name }) => name !== HAPPENED || names.has(HAPPENED)), ...missing, ...late];
}
