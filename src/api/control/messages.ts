import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { Lane, MessageState } from '../../core/deliveries/index.ts';
import { worded } from '../../core/kernel/index.ts';
import { timelineOf } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  FOUND_PEOPLE_MAX,
  getMessage,
  listApiMessages,
  listApiTemplates,
  type MessageView,
} from '../../services/messages/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { Account } from './sends.ts';

const tags = ['messages'];
const Count = z.number().int();
const State = z.enum([...MessageState.options, 'scheduled']);

const Listed = z.object({
  id: z.string(),
  profile_id: Count.nullable().describe('Null: nobody was found'),
  name: z.string().nullable(),
  address: z.string().nullable(),
  state: State,
  reason: z.string().nullable(),
  detail: z.string().nullable().describe("The provider's own words"),
  template: z.string(),
  lane: Lane,
  topic: z.string(),
  queued_at: z.date().describe('When the call was accepted'),
  send_at: z.date().nullable().describe('Not before; while it waits'),
  due_at: z.date().nullable().describe('When it is tried next'),
  settled_at: z.date().nullable(),
  opened_at: z.date().nullable().describe('When a person first opened it; what machines do is apart'),
  opened_by_machine: z.boolean(),
  clicks: Count.describe('Of people'),
});

const Step = z.object({
  what: z.enum([
    'accepted',
    'scheduled',
    'waits',
    'sent',
    'failed',
    'excluded',
    'uncertain',
    'opened',
    'clicked',
    'unsubscribed',
    'complained',
  ]),
  at: z.date(),
  reason: z.string().nullable().optional(),
  detail: z.string().nullable().optional(),
  attempts: Count.optional(),
  last_at: z.date().optional(),
  times: Count.optional(),
  machine: z.boolean().optional(),
});

/** Messages by API as people look at them: all of them, by template, and one with everything that happened to it. */
export function apiMessageRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(listRoutes(ctx));
    server.get('/api/messages/:id', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'One message, of whatever kind, with everything that happened to it, the earliest first',
        params: z.strictObject({
          id: z.string().regex(/^msg_[0-9a-z]+$/, worded('must be the id of a message, like msg_1kz4')),
        }),
        response: {
          200: z.object({
            id: z.string(),
            state: State,
            profile_id: Count.nullable(),
            address: z.string().nullable(),
            template: z.string(),
            template_version: Count,
            channel: z.string(),
            lane: Lane,
            topic: z.string(),
            send_id: Count,
            steps: z.array(Step),
          }),
        },
      },
      handler: async ({ params }) => {
        const view = await getMessage(ctx, params.id);
        return {
          id: view.id,
          state: view.state,
          profile_id: view.profileId === 0 ? null : view.profileId,
          address: view.address,
          template: view.templateKey,
          template_version: view.templateVersion,
          channel: view.channelKey,
          lane: Lane.parse(view.lane),
          topic: view.topic,
          send_id: view.sendId,
          steps: stepsOf(view),
        };
      },
    });
  };
}

function stepsOf(view: MessageView): z.infer<typeof Step>[] {
  const instant = (at: Date | null) => at?.getTime() ?? null;
  const steps = timelineOf({
    ...view,
    queuedAt: view.queuedAt.getTime(),
    notBefore: instant(view.notBefore),
    dueAt: instant(view.dueAt),
    settledAt: instant(view.settledAt),
    reactions: view.reactions.map(({ first_at, last_at, ...reaction }) => ({
      ...reaction,
      firstAt: Date.parse(first_at),
      lastAt: Date.parse(last_at),
    })),
  });
  return steps.map(({ at, ...step }) => {
    if (!('lastAt' in step)) return { ...step, at: new Date(at) };
    const { lastAt, ...reaction } = step;
    return { ...reaction, at: new Date(at), last_at: new Date(lastAt) };
  });
}

function listRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/messages', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List the messages by API, the newest first',
        querystring: PageQuery.extend({
          template: Name.optional(),
          lane: z.enum(['transactional', 'campaign']).optional().describe('campaign: those called marketing'),
          state: MessageState.optional(),
          reason: z.string().max(100).optional(),
          search: z
            .string()
            .max(254)
            .optional()
            .describe(
              `Of whom: the beginning of a person's address, or an identity; of the first ${FOUND_PEOPLE_MAX} people`,
            ),
        }),
        response: {
          200: pageOf(Listed).extend({ cut: z.boolean().describe('The search finds more people than were looked at') }),
        },
      },
      handler: async ({ query }) => {
        const { limit, after, ...filter } = query;
        const before = readCursor(z.tuple([z.number().int()]), after)?.[0];
        const { rows, isCut } = await listApiMessages(ctx, { ...filter, before, limit: limit + 1 });
        const page = toPage({ rows, limit, cursor: (row) => [row.messageId] });
        const items = page.items.map((row) => ({
          id: row.id,
          profile_id: row.profileId === 0 ? null : row.profileId,
          name: row.name,
          address: row.address,
          state: row.state,
          reason: row.reason,
          detail: row.detail,
          template: row.templateKey,
          lane: Lane.parse(row.lane),
          topic: row.topic,
          queued_at: row.queuedAt,
          send_at: row.notBefore,
          due_at: row.dueAt,
          settled_at: row.settledAt,
          opened_at: row.openedAt,
          opened_by_machine: row.openedByMachine,
          clicks: row.clicks,
        }));
        return { ...page, items, cut: isCut };
      },
    });

    await server.register(templateRoutes(ctx));
  };
}

function templateRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/message-templates', {
      config: { scope: 'sends:read' },
      schema: {
        tags,
        summary: 'What became of the messages by API, by template and lane',
        querystring: PageQuery,
        response: {
          200: pageOf(
            z.object({
              template: z.string(),
              lane: Lane,
              account: Account,
              opened: Count.describe('By people'),
              opened_by_machine: Count,
              clicked: Count.describe('By people'),
              unsubscribed: Count,
            }),
          ),
        },
      },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.string(), z.string()]), query.after);
        const rows = await listApiTemplates(ctx, { after, limit: query.limit + 1 });
        const items = rows.map(({ template, lane, opened, openedByMachine, clicked, unsubscribed, ...account }) => ({
          template,
          lane: Lane.parse(lane),
          account,
          opened,
          opened_by_machine: openedByMachine,
          clicked,
          unsubscribed,
        }));
        return toPage({ rows: items, limit: query.limit, cursor: (row) => [row.template, row.lane] });
      },
    });
  };
}
