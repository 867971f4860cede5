import { z } from 'zod';
import { ColumnName, Name, PROFILES } from '../../data/index.ts';
import { type Problem, unknownName } from '../../kernel/index.ts';
import { findPath } from '../dimension-path.ts';
import { checkOwnNames, populationOf } from '../population.ts';
import { type ActivityKind, ActivitySettings, onlyInput, outlet, SkipEmpty, Target } from './activity.ts';

/** Follows links from each row to the rows it belongs to: from orders to the people who placed them, from people to their orders. */
export const ChangeDimension = z.strictObject({
  type: z.literal('change-dimension'),
  ...ActivitySettings,
  to: Name.describe('"profiles" or the key of a table'),
  through: z
    .array(ColumnName)
    .max(8)
    .optional()
    .describe('The names of the links to follow; "owner" leads from a table to its profiles. Absent: the shortest way'),
  duplicates: z
    .enum(['remove', 'keep'])
    .default('remove')
    .describe('Several rows may lead to the same one: keep it once, or once for each'),
  skip_empty: SkipEmpty,
  next: Target.optional(),
  complement: Target.optional().describe('The rows that lead nowhere'),
});
export type ChangeDimension = z.infer<typeof ChangeDimension>;

export const changeDimension: ActivityKind<ChangeDimension> = {
  takes: 'one',
  outlets: (activity) => [
    outlet('next', activity.next),
    ...(activity.complement === undefined ? [] : [outlet('complement', activity.complement)]),
  ],
  check(input): Problem[] {
    const { activity, catalog } = input;
    const target = populationOf(catalog, activity.to);
    if (!target) {
      return [
        unknownName({ what: 'table', name: activity.to, path: 'to', known: [PROFILES, ...catalog.tables.keys()] }),
      ];
    }
    const population = onlyInput(input);
    if (!population) return [];
    const path = findPath({ catalog, from: population.dimension, to: activity.to, through: activity.through });
    return path.kind === 'found' ? checkOwnNames(target, 'to') : [path.problem];
  },
  output(input, name) {
    const population = onlyInput(input);
    if (!population || name === 'complement') return population;
    const { to, duplicates } = input.activity;
    return populationOf(input.catalog, to, population.columns, duplicates === 'remove');
  },
};
