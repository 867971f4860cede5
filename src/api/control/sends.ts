import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { FrozenSettings, Lane, SendState } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  accountsOfSends,
  confirmSend,
  getSend,
  listSends,
  pauseSend,
  resendUncertain,
  resumeSend,
  type SendRow,
  sendSummary,
  stopSend,
} from '../../services/deliveries/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { sendReportRoutes } from './send-report.ts';

const tags = ['sends'];
const Count = z.number().int();
const ByReason = z.record(z.string(), Count);
const Reaction = z.object({ human: Count, machine: Count, humanTimes: Count, machineTimes: Count });

const Send = z.object({
  send_id: z.number().int(),
  run_id: z.number().int().nullable(),
  activity: z.string().nullable(),
  campaign_key: z.string().nullable(),
  journey_key: z.string().nullable(),
  journey_version: z.number().int().nullable(),
  standing: z.boolean().describe('It stays open while it is empty: of a step of a journey, or of messages by API'),
  channel_key: z.string(),
  template_key: z.string(),
  template_version: z.number().int(),
  lane: Lane,
  topic: z.string(),
  state: SendState,
  reason: z.string().nullable().describe('Why it is paused or stopped'),
  settings: FrozenSettings.loose(),
  created_at: z.date(),
  confirmed_at: z.date().nullable(),
  finished_at: z.date().nullable(),
});

export const Account = z
  .object({
    targeted: Count,
    excluded: Count,
    held: Count.describe('Waiting for a person: to be confirmed, or to go on after a pause'),
    queued: Count,
    sending: Count,
    sent: Count,
    failed: Count,
    uncertain: Count,
  })
  .describe('targeted = excluded + held + queued + sending + sent + failed + uncertain, at any moment');
const NOBODY = { targeted: 0, excluded: 0, held: 0, queued: 0, sending: 0, sent: 0, failed: 0, uncertain: 0 };

export const SendSummary = z
  .object({
    targeted: Count,
    excluded: Count,
    queued: Count,
    sending: Count,
    sent: Count,
    failed: Count,
    uncertain: Count,
    excludedBy: ByReason,
    failedBy: ByReason,
    uncertainBy: ByReason,
    opened: Reaction,
    clicked: Reaction,
    unsubscribed: Count,
    links: z.array(
      z.object({
        sendId: z.number().int(),
        linkNo: z.number().int(),
        url: z.string(),
        label: z.string().nullable(),
        human: Count,
        machine: Count,
      }),
    ),
  })
  .describe('targeted = excluded + queued + sending + sent + failed + uncertain, at any moment');

const SendAddress = z.strictObject({ send_id: z.coerce.number().int().positive() });

function answerOf(send: SendRow): z.infer<typeof Send> {
  return {
    send_id: send.sendId,
    run_id: send.runId,
    activity: send.activity,
    campaign_key: send.campaignKey,
    journey_key: send.journeyKey,
    journey_version: send.journeyVersion,
    standing: send.standing,
    channel_key: send.channelKey,
    template_key: send.templateKey,
    template_version: send.templateVersion,
    lane: send.lane,
    topic: send.topic,
    state: send.state,
    reason: send.reason,
    settings: { ...send.settings },
    created_at: send.createdAt,
    confirmed_at: send.confirmedAt,
    finished_at: send.finishedAt,
  };
}

/** What went out, to whom, and why not to the others. */
export function sendRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(readRoutes(ctx));
    await server.register(sendReportRoutes(ctx));
    await server.register(changeRoutes(ctx));
  };
}

function readRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/sends', {
      config: { scope: 'sends:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'List sends with where everybody stands, the newest first',
        querystring: PageQuery.extend({ run_id: z.coerce.number().int().positive().optional() }),
        response: { 200: pageOf(Send.extend({ account: Account })) },
      },
      handler: async ({ query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listSends(ctx, { before, runId: query.run_id, limit: query.limit + 1 });
        const accounts = await accountsOfSends(
          ctx.db,
          rows.map(({ sendId }) => sendId),
        );
        const items = rows.map((row) => ({ ...answerOf(row), account: accounts.get(row.sendId) ?? NOBODY }));
        return toPage({ rows: items, limit: query.limit, cursor: (row) => [row.send_id] });
      },
    });

    server.get('/api/sends/:send_id', {
      config: { scope: 'sends:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'Account for every message of a send',
        params: SendAddress,
        response: { 200: Send.extend({ summary: SendSummary }) },
      },
      handler: async ({ params }) => {
        const send = await getSend(ctx, params.send_id);
        const { links, ...summary } = await sendSummary(ctx.db, [send.sendId]);
        return { ...answerOf(send), summary: { ...summary, links: [...links] } };
      },
    });
  };
}

function changeRoutes(ctx: Context): FastifyPluginAsyncZod {
  const verbs = {
    confirm: {
      summary: 'Let a prepared send go',
      work: (id: number) => ctx.db.transaction((tx) => confirmSend(tx, ctx, id)),
    },
    pause: { summary: 'Hold what has not left yet', work: (id: number) => pauseSend(ctx, id) },
    resume: { summary: 'Let a paused send go on', work: (id: number) => resumeSend(ctx, id) },
    stop: {
      summary: 'End a send for good; what has not left is excluded as stopped',
      work: (id: number) => ctx.db.transaction((tx) => stopSend(tx, ctx, id)),
    },
    'resend-uncertain': {
      summary: 'Send again what may or may not have gone out',
      work: (id: number) => resendUncertain(ctx, id),
    },
  };
  return async (server) => {
    for (const [verb, { summary, work }] of Object.entries(verbs)) {
      server.post(`/api/sends/:send_id/${verb}`, {
        config: { scope: 'sends:write' },
        schema: { tags, summary, params: SendAddress, response: { 200: Send } },
        handler: async ({ params }) => {
          await work(params.send_id);
          return answerOf(await getSend(ctx, params.send_id));
        },
      });
    }
  };
}
