import { z } from 'zod';
import { ColumnName, Name, PROFILES } from '../../data/index.ts';
import { unknownName } from '../../kernel/index.ts';
import { checkRule, Rule } from '../../rules/index.ts';
import { checkColumns, checkOwnNames, findColumn, populationOf } from '../population.ts';
import { type ActivityKind, ActivitySettings, outlet, SkipEmpty, Target } from './activity.ts';

/** Starts a branch with the rows of a table, or the profiles, for which a rule is true. */
export const BuildAudience = z.strictObject({
  type: z.literal('build-audience'),
  ...ActivitySettings,
  on: Name.default(PROFILES).describe('"profiles" or the key of a table: what a row of the population is'),
  rule: Rule.optional().describe('Absent: every row'),
  columns: z.array(ColumnName).max(100).default([]).describe('Columns of the dimension that travel along'),
  skip_empty: SkipEmpty,
  next: Target.optional(),
});
export type BuildAudience = z.infer<typeof BuildAudience>;

export const buildAudience: ActivityKind<BuildAudience> = {
  takes: 'none',
  outlets: (activity) => [outlet('next', activity.next)],
  check({ activity, catalog }) {
    const population = populationOf(catalog, activity.on);
    if (!population) {
      return [
        unknownName({ what: 'table', name: activity.on, path: 'on', known: [PROFILES, ...catalog.tables.keys()] }),
      ];
    }
    const names = activity.columns.map((name, index) => ({ name, path: `columns.${index}` }));
    const rule = activity.rule ? checkRule({ rule: activity.rule, catalog, on: activity.on }) : [];
    return [
      ...rule.map((problem) => ({ ...problem, path: problem.path === '' ? 'rule' : `rule.${problem.path}` })),
      ...checkColumns({ catalog, population, names }),
      ...checkOwnNames(population, 'on'),
      ...activity.columns.flatMap((name, index) =>
        checkOwnNames({ ...population, keys: [], columns: [{ name, type: 'text' }] }, `columns.${index}`),
      ),
    ];
  },
  output({ activity, catalog }) {
    const plain = populationOf(catalog, activity.on);
    if (!plain) return undefined;
    const columns = activity.columns.flatMap((name) => findColumn(catalog, plain, name) ?? []);
    return populationOf(catalog, activity.on, columns);
  },
};
