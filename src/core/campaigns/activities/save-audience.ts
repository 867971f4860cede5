import { z } from 'zod';
import { ColumnName, Name, PROFILES } from '../../data/index.ts';
import { type Problem, says } from '../../kernel/index.ts';
import { checkColumns } from '../population.ts';
import { type ActivityKind, ActivitySettings, onlyInput, outlet, Target } from './activity.ts';

/** Writes the population down as an audience; a test run only counts. The population goes on unchanged. */
export const SaveAudience = z.strictObject({
  type: z.literal('save-audience'),
  ...ActivitySettings,
  audience: Name.describe('The key of the audience'),
  mode: z
    .enum(['create', 'replace', 'append'])
    .default('replace')
    .describe('create: it must be empty before. replace: exactly these people. append: these people too'),
  columns: z.array(ColumnName).max(100).default([]).describe('Columns to keep beside each person'),
  next: Target.optional(),
});
export type SaveAudience = z.infer<typeof SaveAudience>;

export const saveAudience: ActivityKind<SaveAudience> = {
  takes: 'one',
  outlets: (activity) => (activity.next === undefined ? [] : [outlet('next', activity.next)]),
  check(input): Problem[] {
    const { activity, catalog } = input;
    const population = onlyInput(input);
    if (!population) return [];
    const names = activity.columns.map((name, index) => ({ name, path: `columns.${index}` }));
    const wrong: Problem[] =
      population.dimension === PROFILES
        ? []
        : [
            {
              path: '',
              ...says('An audience holds profiles, but the rows that arrive are {dimension}.', {
                dimension: population.dimension,
              }),
              expected: 'a change-dimension to profiles before',
            },
          ];
    return [...wrong, ...checkColumns({ catalog, population, names })];
  },
  output: (input) => onlyInput(input),
};
