import { z } from 'zod';
import { ColumnName, Name } from '../../data/index.ts';
import { type Problem, says } from '../../kernel/index.ts';
import { checkRule, Rule } from '../../rules/index.ts';
import { Limit } from '../limit.ts';
import { checkColumns } from '../population.ts';
import { type ActivityKind, ActivitySettings, onlyInput, outlet, SkipEmpty, Target } from './activity.ts';

/** One part of a split. */
export const Subset = z.strictObject({
  where: Rule.optional().describe('Absent: any row that is left'),
  limit: Limit.optional(),
  of: z
    .enum(['population', 'matching'])
    .default('population')
    .describe('What a share is a share of: the rows that arrived less the holdout, or those that match and are left'),
  sort: z
    .union([z.strictObject({ highest: ColumnName }), z.strictObject({ lowest: ColumnName })])
    .optional()
    .describe('Which rows a limit takes first; absent: random ones'),
  skip_empty: SkipEmpty,
  next: Target.optional(),
});
export type Subset = z.infer<typeof Subset>;

/** Deals rows out to subsets, tried in order: a row leaves with the first that matches it and is not full. */
export const Split = z.strictObject({
  type: z.literal('split'),
  ...ActivitySettings,
  then: z.record(Name, Subset).describe('The subsets, in the order in which they are tried'),
  holdout: Limit.optional().describe('Random rows that are kept out of every subset'),
  holdout_next: Target.optional().describe('What follows for the rows held out'),
  overlap: z.boolean().default(false).describe('True: a row leaves with every subset that matches it'),
  seed: z.string().max(100).optional().describe('Another seed, another random choice'),
  skip_empty: SkipEmpty,
  complement: Target.optional().describe('The rows that no subset took'),
});
export type Split = z.infer<typeof Split>;

/** Names of outlets that a subset cannot have. */
export const HOLDOUT = 'holdout';
export const COMPLEMENT = 'complement';

export const split: ActivityKind<Split> = {
  takes: 'one',
  outlets: (activity) => [
    ...(activity.holdout === undefined ? [] : [outlet(HOLDOUT, activity.holdout_next, 'holdout_next')]),
    ...Object.entries(activity.then).map(([name, subset]) => outlet(name, subset.next, `then.${name}.next`)),
    ...(activity.complement === undefined ? [] : [outlet(COMPLEMENT, activity.complement)]),
  ],
  check(input) {
    const { activity, catalog } = input;
    const problems = checkNames(activity);
    const population = onlyInput(input);
    if (!population) return problems;
    for (const [name, { where, sort }] of Object.entries(activity.then)) {
      if (where) {
        const found = checkRule({ rule: where, catalog, on: population.dimension, columns: population.columns });
        const path = `then.${name}.where`;
        problems.push(...found.map((it) => ({ ...it, path: it.path === '' ? path : `${path}.${it.path}` })));
      }
      const sorted = sortOf(sort);
      if (sorted) {
        const names = [{ name: sorted.column, path: `then.${name}.sort` }];
        problems.push(...checkColumns({ catalog, population, names }));
      }
    }
    return problems;
  },
  output: (input) => onlyInput(input),
};

/** A sort as a column and a direction. */
export function sortOf(sort: Subset['sort']): { column: string; descending: boolean } | undefined {
  if (!sort) return undefined;
  return 'highest' in sort ? { column: sort.highest, descending: true } : { column: sort.lowest, descending: false };
}

function checkNames(activity: Split): Problem[] {
  const problems: Problem[] = [];
  const names = Object.keys(activity.then);
  if (names.length === 0) problems.push({ path: 'then', ...says('A split needs at least one subset.') });
  for (const reserved of [HOLDOUT, COMPLEMENT]) {
    if (names.includes(reserved)) {
      problems.push({
        path: `then.${reserved}`,
        ...says('"{reserved}" is an outlet of every split; name the subset otherwise.', { reserved }),
      });
    }
  }
  if (activity.holdout === undefined && activity.holdout_next !== undefined) {
    problems.push({ path: 'holdout_next', ...says('Nobody is held out.'), expected: 'holdout: a share such as "10%"' });
  }
  return problems;
}
