import { z } from 'zod';
import { Name } from '../../core/data/index.ts';

export const Key = z.strictObject({ key: Name });
/** Absent: the version that lets people in, or else the newest that was in force. */
export const Version = z.coerce.number().int().positive().optional();

/** What is drawn of a step: its kind, its name, what it does and where it leads, in words. */
export const StepShape = z.object({
  node: z.string(),
  type: z.string(),
  label: z.string().nullable(),
  does: z.string().describe('What it does, in words'),
  outlets: z
    .array(
      z.object({
        name: z.string(),
        target: z.string().nullable().describe('The step that it leads to; null: it ends there'),
        means: z.string().describe('What it means to leave by it, in words'),
      }),
    )
    .readonly(),
  settings: z.record(z.string(), z.unknown()).readonly(),
});
