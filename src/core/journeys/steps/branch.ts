import { z } from 'zod';
import { ChosenName, type Outlet, outlet, StepSettings, Target } from './step.ts';

/** Every branch begins at once. */
export const Parallel = z.strictObject({
  type: z.literal('parallel'),
  ...StepSettings,
  then: z.record(ChosenName, Target).describe('The branches by name'),
});
export type Parallel = z.infer<typeof Parallel>;

/** Where the branches of a parallel become one again. */
export const Join = z.strictObject({
  type: z.literal('join'),
  ...StepSettings,
  wait_for: z.enum(['all', 'any']).default('all').describe('any: the first goes on, the others end where they are'),
  next: Target.exactOptional(),
});
export type Join = z.infer<typeof Join>;

/** Nothing follows. Only for the eye: a branch may also just stop. */
export const End = z.strictObject({ type: z.literal('end'), ...StepSettings });
export type End = z.infer<typeof End>;

export function parallelOutlets(step: Parallel): Outlet[] {
  return Object.entries(step.then).map(([name, target]) => outlet(name, target, `then.${name}`));
}
