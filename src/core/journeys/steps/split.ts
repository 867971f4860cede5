import { z } from 'zod';
import { worded } from '../../kernel/index.ts';
import { ChosenName, type Outlet, outlet, StepSettings, Target } from './step.ts';

/** A share of people: `25%`, `0.5%`. */
export const Share = z
  .string()
  .regex(/^\d{1,3}(?:\.\d{1,4})?%$/, worded('must be a share such as "25%"'))
  .refine((text) => Number(text.slice(0, -1)) <= 100, worded('must not be more than 100%'));

const Part = z.strictObject({ share: Share, next: Target.exactOptional() });

/** Random shares; a person always gets the same one in this step of this journey. */
export const Split = z.strictObject({
  type: z.literal('split'),
  ...StepSettings,
  then: z.record(ChosenName, Part),
  else: Target.exactOptional().describe('Whoever the shares leave over'),
});
export type Split = z.infer<typeof Split>;

/** As a split, measured: variants, people kept from all of them, and a winner once one is chosen. */
export const Experiment = z.strictObject({
  type: z.literal('experiment'),
  ...StepSettings,
  then: z.record(ChosenName, Part).describe('The variants; without the holdout their shares make 100%'),
  holdout: Share.exactOptional().describe('Of everyone; taken out first'),
  holdout_next: Target.exactOptional(),
  winner: ChosenName.exactOptional().describe('The variant that everybody takes from now on'),
});
export type Experiment = z.infer<typeof Experiment>;

/** The first so many take `next`, everyone after them `else`. */
export const Cap = z.strictObject({
  type: z.literal('cap'),
  ...StepSettings,
  people: z.number().int().min(1).max(1_000_000_000),
  next: Target.exactOptional(),
  else: Target.exactOptional(),
});
export type Cap = z.infer<typeof Cap>;

export const HOLDOUT = 'holdout';

export function splitOutlets(step: Split): Outlet[] {
  return [...partOutlets(step.then), outlet('else', step.else)];
}

export function experimentOutlets(step: Experiment): Outlet[] {
  return [
    ...partOutlets(step.then),
    ...(step.holdout === undefined ? [] : [outlet(HOLDOUT, step.holdout_next, 'holdout_next')]),
  ];
}

function partOutlets(parts: Readonly<Record<string, { next?: string }>>): Outlet[] {
  return Object.entries(parts).map(([name, part]) => outlet(name, part.next, `then.${name}.next`));
}

export function capOutlets(step: Cap): Outlet[] {
  return [outlet('next', step.next), outlet('else', step.else)];
}

/** A share in ten-thousandths of a percent, so that shares add up exactly. */
export function shareParts(share: string): number {
  return Math.round(Number(share.slice(0, -1)) * 10_000);
}
export const WHOLE = 1_000_000;
