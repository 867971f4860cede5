import { z } from 'zod';
import { Name } from '../data/index.ts';
import { worded } from '../kernel/index.ts';
import { CONDITIONS, Rule } from '../rules/index.ts';
import { PropertyTests } from './steps/condition.ts';
import { Same, ValuePath } from './steps/wait.ts';
import { Duration, LocalMoment, TimeOfDay, Weekdays, Zone } from './time.ts';

/** How many instances of one journey a person may be in at once, told apart by their keys. */
export const INSTANCES_MAX = 10;

/** Whether a person may come again: at once, never, or so long after they came in last. */
export const Reentry = z.union([z.literal('always'), z.literal(false), Duration]);
export type Reentry = z.infer<typeof Reentry>;

const admission = {
  instance: ValuePath.exactOptional().describe(
    'Several instances of one person are told apart by this property: an order number, say. A list on the way lets one in per element',
  ),
  reentry: Reentry.default('always'),
  max_instances: z.number().int().min(1).max(1_000).default(INSTANCES_MAX).describe('At once, of one person'),
};

/** When an audience is read. */
export const ReadSchedule = z.union([
  z.strictObject({ once: LocalMoment, zone: Zone.default('UTC') }),
  z.strictObject({
    every: z.enum(['hour', 'day', 'week', 'month']),
    at: TimeOfDay.exactOptional().describe('Absent: 00:00'),
    days: Weekdays.exactOptional().describe('Of a week'),
    day: z.number().int().min(1).max(31).exactOptional().describe('Of a month; its last when it has no such day'),
    zone: Zone.default('UTC'),
  }),
  z.strictObject({
    cron: z
      .string()
      .regex(/^\S+(\s+\S+){4}$/, worded('must have five fields: minute, hour, day, month, weekday'))
      .max(200),
    zone: Zone.default('UTC'),
  }),
]);
export type ReadSchedule = z.infer<typeof ReadSchedule>;

const reading = {
  read: Name.describe('An audience'),
  rate: z.number().int().min(1).max(100_000).exactOptional().describe('People per second at most'),
};

/** How people come in. */
export const Entry = z.union([
  z.strictObject({ event: CONDITIONS.event.shape.event, where: PropertyTests.exactOptional(), ...admission }),
  z.strictObject({
    audience: Name,
    on: z.enum(['entered', 'left', 'both']).default('entered'),
    reentry: admission.reentry,
  }),
  z.strictObject({
    ...reading,
    schedule: ReadSchedule.exactOptional().describe('Absent: once, when the journey goes live'),
    incremental: z.boolean().default(false).describe('From the second time on only who joined since'),
    force: z.boolean().default(false).describe('Who is still inside begins anew'),
    reentry: admission.reentry,
  }),
  z.strictObject({
    business_event: z.string().min(1).max(200),
    where: PropertyTests.exactOptional(),
    ...reading,
    reentry: admission.reentry,
    max_instances: admission.max_instances,
  }),
  z.strictObject({ api: z.literal(true), ...admission }),
]);
export type Entry = z.infer<typeof Entry>;

/** What ends an instance wherever it stands. */
export const Exit = z.union([
  z.strictObject({
    event: CONDITIONS.event.shape.event,
    where: PropertyTests.exactOptional(),
    same: Same.exactOptional().describe('Properties that must equal those of the entry'),
  }),
  z.strictObject({ audience: Name, on: z.enum(['entered', 'left']).default('entered') }),
  z.strictObject({ rule: Rule }),
]);
export type Exit = z.infer<typeof Exit>;
