import { z } from 'zod';
import { ColumnName } from '../../data/index.ts';
import { worded } from '../../kernel/index.ts';
import { checkColumns } from '../population.ts';
import { type ActivityKind, ActivitySettings, onlyInput, outlet, SkipEmpty, Target } from './activity.ts';

/** Which of several duplicates is kept. */
export const Prefer = z.union([
  z.literal('random'),
  z.strictObject({ newest: ColumnName }),
  z.strictObject({ oldest: ColumnName }),
  z.strictObject({ highest: ColumnName }),
  z.strictObject({ lowest: ColumnName }),
  z.strictObject({ non_empty: ColumnName }),
  z.strictObject({
    values: z
      .record(ColumnName, z.array(z.string()).min(1).max(100))
      .refine((columns) => Object.keys(columns).length === 1, worded('must name one column')),
  }),
]);
export type Prefer = z.infer<typeof Prefer>;

/** Keeps one row (or a few) of those that are the same in some columns. */
export const Deduplicate = z.strictObject({
  type: z.literal('deduplicate'),
  ...ActivitySettings,
  by: z
    .union([z.literal('keys'), z.array(ColumnName).min(1).max(16)])
    .describe('Rows that are equal in all of these are duplicates. Rows where all of them are empty never are'),
  keep: z.number().int().min(1).max(1_000).default(1).describe('How many rows of each group'),
  prefer: Prefer.default('random'),
  seed: z.string().max(100).optional().describe('Another seed, another choice where the preference leaves one'),
  skip_empty: SkipEmpty,
  next: Target.optional(),
  complement: Target.optional().describe('The duplicates that were taken out'),
});
export type Deduplicate = z.infer<typeof Deduplicate>;

export const deduplicate: ActivityKind<Deduplicate> = {
  takes: 'one',
  outlets: (activity) => [
    outlet('next', activity.next),
    ...(activity.complement === undefined ? [] : [outlet('complement', activity.complement)]),
  ],
  check(input) {
    const { activity, catalog } = input;
    const population = onlyInput(input);
    if (!population) return [];
    const by = activity.by === 'keys' ? [] : activity.by.map((name, index) => ({ name, path: `by.${index}` }));
    const preferred = preferredColumn(activity.prefer);
    return checkColumns({ catalog, population, names: preferred ? [...by, preferred] : by });
  },
  output(input, name) {
    const population = onlyInput(input);
    if (!population) return undefined;
    const { by, keep } = input.activity;
    return { ...population, unique: population.unique || (name === 'next' && by === 'keys' && keep === 1) };
  },
};

/** The column that a preference looks at, and where it is named. */
export function preferredColumn(prefer: Prefer): { name: string; path: string } | undefined {
  if (prefer === 'random') return undefined;
  const [how, column] = Object.entries(prefer)[0] ?? [];
  const name = typeof column === 'string' ? column : Object.keys(column ?? {})[0];
  return name === undefined ? undefined : { name, path: `prefer.${how}` };
}
