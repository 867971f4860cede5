import { z } from 'zod';
import { ColumnName, Name, PROFILES } from '../../data/index.ts';
import { unknownName } from '../../kernel/index.ts';
import { populationOf } from '../population.ts';
import { type ActivityKind, ActivitySettings, outlet, SkipEmpty, Target } from './activity.ts';

/** Starts a branch with the members that an audience has at that moment. */
export const ReadAudience = z.strictObject({
  type: z.literal('read-audience'),
  ...ActivitySettings,
  audience: Name.describe('The key of an audience'),
  columns: z
    .array(ColumnName)
    .max(100)
    .default([])
    .describe('Columns that a campaign saved with the audience, as text'),
  skip_empty: SkipEmpty,
  next: Target.optional(),
});
export type ReadAudience = z.infer<typeof ReadAudience>;

export const readAudience: ActivityKind<ReadAudience> = {
  takes: 'none',
  outlets: (activity) => [outlet('next', activity.next)],
  check({ activity, catalog }) {
    if (catalog.audiences.includes(activity.audience)) return [];
    return [unknownName({ what: 'audience', name: activity.audience, path: 'audience', known: catalog.audiences })];
  },
  output: ({ activity, catalog }) =>
    populationOf(
      catalog,
      PROFILES,
      activity.columns.map((name) => ({ name, type: 'text' })),
    ),
};
