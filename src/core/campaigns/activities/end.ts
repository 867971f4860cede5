import { z } from 'zod';
import { type ActivityKind, ActivitySettings } from './activity.ts';

/** Nothing follows. Only for the eye: a branch may also just stop. */
export const End = z.strictObject({ type: z.literal('end'), ...ActivitySettings });
export type End = z.infer<typeof End>;

export const end: ActivityKind<End> = {
  takes: 'any',
  outlets: () => [],
  check: () => [],
  output: () => undefined,
};
