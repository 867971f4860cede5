import { z } from 'zod';
import { type Problem, says } from '../../kernel/index.ts';
import { Duration, LocalTime, Zone } from '../schedule.ts';
import { type ActivityKind, ActivitySettings, onlyInput, outlet, Target } from './activity.ts';

/** Lets the population stand for a while. */
export const Wait = z.strictObject({
  type: z.literal('wait'),
  ...ActivitySettings,
  for: Duration.optional(),
  until: LocalTime.optional(),
  zone: Zone.optional().describe('The zone of `until`; absent: that of the schedule, else UTC'),
  next: Target.optional(),
});
export type Wait = z.infer<typeof Wait>;

export const wait: ActivityKind<Wait> = {
  takes: 'one',
  outlets: (activity) => [outlet('next', activity.next)],
  check({ activity }): Problem[] {
    const both = activity.for !== undefined && activity.until !== undefined;
    const none = activity.for === undefined && activity.until === undefined;
    if (!both && !none) return [];
    const expected = 'for: 3d, or until: 2026-12-01T09:00';
    return [{ path: '', ...(both ? says('A wait has one end, not two.') : says('A wait needs an end.')), expected }];
  },
  output: (input) => onlyInput(input),
};
