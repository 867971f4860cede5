import { z } from 'zod';
import { Name } from '../data/index.ts';
import { Activity, END } from './activities/index.ts';
import { Schedule } from './schedule.ts';

export const ACTIVITIES_MAX = 500;

/** Where the canvas draws each activity; laid out automatically when absent. */
const Layout = z.record(z.string(), z.strictObject({ x: z.number(), y: z.number() }));

const ActivityName = Name.refine((name) => name !== END, '"end" stands for "nothing follows"; choose another name');

/** A campaign: a graph of activities through which a set of people moves as a whole. */
export const CampaignDefinition = z.strictObject({
  kind: z.literal('campaign'),
  key: Name,
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(2_000).optional(),
  tags: z.array(z.string().min(1).max(100)).max(50).default([]),
  schedule: Schedule.optional().describe('Absent: as soon as it is published'),
  error_policy: z
    .enum(['suspend', 'abort'])
    .default('suspend')
    .describe('What an error does to a run: suspend it until someone resumes it, or stop it for good'),
  activities: z.record(ActivityName, Activity),
  layout: Layout.optional(),
});
export type CampaignDefinition = z.infer<typeof CampaignDefinition>;
/** A campaign as a person writes it, before defaults. */
export type CampaignInput = z.input<typeof CampaignDefinition>;
