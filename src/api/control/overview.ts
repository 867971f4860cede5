import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Lane, SendState } from '../../core/deliveries/index.ts';
import { VersionState } from '../../core/journeys/index.ts';
import type { Context } from '../../platform/context.ts';
import { createOverview, DEAD_LETTERS_MAX } from '../../services/overview/index.ts';
import { allows, type Scope } from '../scopes.ts';

const Count = z.number().int();

const Account = z
  .object({
    targeted: Count,
    excluded: Count,
    held: Count.describe('Waiting for a person: to be confirmed, or paused'),
    queued: Count,
    sending: Count,
    sent: Count,
    failed: Count,
    uncertain: Count,
  })
  .describe('targeted is the sum of all the others');

const Wait = z.object({
  kind: z.enum(['confirm', 'paused-send', 'failed-run', 'failed-read', 'uncertain', 'dead-letters']),
  at: z.date(),
  name: z.string().nullish().describe('Of the campaign'),
  campaign_key: z.string().nullish(),
  run_id: Count.nullish(),
  activity: z.string().nullish(),
  journey_key: z.string().nullish(),
  audience_key: z.string().nullish(),
  send_id: Count.nullish(),
  mode: z.enum(['test', 'live']).nullish(),
  count: Count.describe(`How many messages or dead letters; of the latter at most ${DEAD_LETTERS_MAX} are counted`),
  excluded: Count.nullish(),
  reason: z.string().nullish(),
});

const Overview = z.object({
  at: z.date(),
  since: z.date(),
  account: Account.describe('Every message that was settled since then or is not settled yet'),
  waits: z.array(Wait).readonly().describe('What goes on only when a person decides, the longest wait first'),
  more_waits: z.boolean().describe('Of some kind more waits than the 20 that are named'),
  campaigns_sending: Count.describe('Campaigns of which something is sending now'),
  sends_open: Count.describe('Open sends of campaigns, of which `sends` are the newest'),
  sends: z
    .array(
      z.object({
        send_id: Count,
        run_id: Count.nullable(),
        activity: z.string().nullable(),
        campaign_key: z.string().nullable(),
        campaign_name: z.string().nullable(),
        template_key: z.string(),
        channel: z.string(),
        lane: Lane,
        state: SendState,
        account: Account,
        per_minute: Count.nullable().describe('Settled a minute lately; null until it is known'),
        ends_at: z.date().nullable().describe('When it is through at that pace'),
      }),
    )
    .readonly()
    .describe('Open sends of campaigns, the newest first, at most 20'),
  lanes: z
    .array(z.object({ lane: Lane, waiting: Count, oldest_at: z.date().nullable(), account: Account }))
    .readonly()
    .describe('Since when the longest-waiting message of a lane could have left'),
  channels: z
    .array(
      z.object({
        channel_key: z.string(),
        channel: z.string(),
        provider: z.string(),
        sent: Count,
        failed: Count,
        bounced: Count.describe('Those of failed whose address does not exist'),
        uncertain: Count,
        unsubscribed: Count,
      }),
    )
    .readonly()
    .describe('What became of messages in the time since'),
  journeys_in_force: Count.describe('Of which `journeys` are the fullest'),
  inside: Count.describe('In all journeys in force together'),
  journeys: z
    .array(
      z.object({
        key: z.string(),
        name: z.string().nullable(),
        version: Count,
        state: VersionState,
        inside: Count.describe('In whatever version'),
        entered: Count,
        entered_today: Count,
        ended: Count,
      }),
    )
    .readonly()
    .describe('Journeys in force, the fullest first, at most 20'),
});

/** What a wait is about, and so who may know of it. */
const SCOPES: Readonly<Record<z.infer<typeof Wait>['kind'], Scope>> = {
  confirm: 'sends:read',
  'paused-send': 'sends:read',
  uncertain: 'sends:read',
  'failed-run': 'campaigns:read',
  'failed-read': 'journeys:read',
  'dead-letters': 'sources:read',
};

/** What happens now and what waits for a person, in one answer that costs little. */
export function overviewRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    const overview = createOverview(ctx);
    server.get('/api/overview', {
      config: { scope: 'sends:read', sentences: ['reason'] },
      schema: {
        tags: ['overview'],
        summary: 'Tell what happens now and in the last 24 hours, and what waits for a person',
        response: { 200: Overview },
      },
      handler: async ({ caller }) => {
        const scopes = caller?.scopes ?? [];
        const found = await overview.show();
        return {
          ...found,
          waits: found.waits.filter(({ kind }) => allows(scopes, SCOPES[kind])),
          ...(allows(scopes, 'journeys:read') ? {} : { journeys_in_force: 0, inside: 0, journeys: [] }),
        };
      },
    });
  };
}
