import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CONFIDENCE } from '../../core/comparisons/index.ts';
import { Name } from '../../core/data/index.ts';
import { parseDuration, worded } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { compareRun } from '../../services/campaigns/index.ts';
import { compareJourney } from '../../services/journeys/index.ts';
import { Key, Version } from './journey-shape.ts';

const DAY_MS = 86_400_000;
const WITHIN_DAYS_MAX = 366;

/** Which event is the goal, and how long it may take. */
const Goal = {
  event: z.string().min(1).max(200).optional().describe('The goal: an event that happens to people; absent: none'),
  within: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, worded('must be a duration such as 2d'))
    .transform((text) => Math.min(parseDuration(text) ?? 0, WITHIN_DAYS_MAX * DAY_MS))
    .default(7 * DAY_MS)
    .meta({ type: 'string' })
    .describe('How long after they were dealt: 7d when absent, 366d at most'),
};

const Count = z.number().int();
const Share = z.number();

const Measured = z
  .object({
    part: Count,
    whole: Count,
    low: Share.describe('What the share may be as well, by chance: from here'),
    high: Share.describe('... to here'),
    difference: z
      .object({
        control: z.string(),
        by: Share.describe('The share less that of the control'),
        low: Share,
        high: Share,
        verdict: z.enum(['more', 'less', 'open']).describe('open: no difference can be told, the interval holds zero'),
      })
      .nullable()
      .describe('Null for the control'),
  })
  .nullable()
  .describe('Null where it cannot be counted');

const Part = z.object({
  name: z.string(),
  kind: z.enum(['variant', 'holdout', 'rest']).describe('rest: everybody but those held out'),
  emails: z.array(z.string()).readonly().describe('The first emails that only it leads to; all counts are of them'),
  dealt: Count.describe('How many were dealt to it'),
  targeted: Count,
  sent: Count.describe('Accepted by the provider: the whole of what is counted of messages'),
  machines: z.object({ opened: Count, clicked: Count }).describe('Of machines; in no measure'),
  measures: z.object({
    opened: Measured.describe('By people, of sent'),
    clicked: Measured.describe('By people, of sent'),
    unsubscribed: Measured.describe('Of sent'),
    goal: Measured.describe('Of the people who were dealt to it'),
  }),
});

const Deal = z.object({ node: z.string(), label: z.string().nullable(), parts: z.array(Part).readonly() });

const Answer = z.object({
  confidence: z.number().describe('How sure the differences of one measure are, together'),
});

/** What each variant did, against those held out or the first. */
export function comparisonRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/campaigns/:key/runs/:run_id/comparison', {
      config: { scope: 'campaigns:read' },
      schema: {
        tags: ['campaigns'],
        summary:
          'Compare those whom the splits of a run dealt by lot: what they did, with intervals, against the control',
        params: z.strictObject({ key: Name, run_id: z.coerce.number().int().positive() }),
        querystring: z.strictObject(Goal),
        response: {
          200: Answer.extend({
            deals: z
              .array(
                Deal.extend({
                  at: z.date().nullable().describe('When they were dealt'),
                  until: z.date().nullable().describe('When the time for the goal is over'),
                  purged: z.boolean().describe('The rows that say who was dealt are not kept: no goal can be counted'),
                }),
              )
              .readonly(),
          }),
        },
      },
      handler: async ({ params, query }) => {
        const address = { campaignKey: params.key, runId: params.run_id };
        return { confidence: CONFIDENCE, deals: await compareRun(ctx, { ...address, goal: goalOf(query) }) };
      },
    });

    server.get('/api/journeys/:key/comparison', {
      config: { scope: 'journeys:read' },
      schema: {
        tags: ['journeys'],
        summary:
          'Compare those whom the experiments of a version dealt: what they did, with intervals, against the control',
        params: Key,
        querystring: z.strictObject({ ...Goal, version: Version }),
        response: {
          200: Answer.extend({
            key: z.string(),
            version: Count,
            repeats: z
              .boolean()
              .describe('Somebody can get a message twice: then messages are not all of different people'),
            deals: z
              .array(Deal.extend({ winner: z.string().nullable().describe('The variant that everybody takes by now') }))
              .readonly(),
          }),
        },
      },
      handler: async ({ params, query }) => {
        const found = await compareJourney(ctx, { ...params, version: query.version, goal: goalOf(query) });
        return { confidence: CONFIDENCE, ...found };
      },
    });
  };
}

function goalOf({ event, within }: { readonly event?: string | undefined; readonly within: number }) {
  return event === undefined ? undefined : { event, withinMs: within };
}
