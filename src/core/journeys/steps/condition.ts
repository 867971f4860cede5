import { z } from 'zod';
import { CONDITIONS, Rule } from '../../rules/index.ts';
import { LocalMoment, TimeOfDay, Weekdays, ZoneSetting } from '../time.ts';
import { ChosenName, type Outlet, outlet, StepSettings, Target } from './step.ts';

/** Tests of properties by their path, as in rules about events: `{ total: { gte: 50 }, currency: EUR }`. */
export const PropertyTests = CONDITIONS.event.shape.where.unwrap();

/** One path of a condition; everything that it says must hold. */
export const ConditionPath = z.strictObject({
  where: Rule.exactOptional().describe('A rule about the person'),
  when: PropertyTests.exactOptional().describe('About the instance: paths that start with entry. or results.'),
  time: z
    .strictObject({
      from: TimeOfDay.exactOptional(),
      to: TimeOfDay.exactOptional().describe('Excluded; earlier than `from`: over midnight'),
      days: Weekdays.exactOptional(),
    })
    .exactOptional()
    .describe('Time of day and weekday, in the zone'),
  dates: z
    .strictObject({ from: LocalMoment.exactOptional(), to: LocalMoment.exactOptional().describe('Excluded') })
    .exactOptional(),
  zone: ZoneSetting.exactOptional().describe("Absent: the journey's"),
  next: Target.exactOptional(),
});
export type ConditionPath = z.infer<typeof ConditionPath>;

/** The first path that holds is taken. */
export const Condition = z.strictObject({
  type: z.literal('condition'),
  ...StepSettings,
  then: z.record(ChosenName, ConditionPath).describe('The paths, in the order in which they are tried'),
  else: Target.exactOptional().describe('When none holds'),
});
export type Condition = z.infer<typeof Condition>;

export function conditionOutlets(step: Condition): Outlet[] {
  return [
    ...Object.entries(step.then).map(([name, path]) => outlet(name, path.next, `then.${name}.next`)),
    outlet('else', step.else),
  ];
}
