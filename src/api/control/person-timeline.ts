import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { awaitInbox, readTimeline, type TimelineLine } from '../../services/profiles/index.ts';
import { CursorInstant, encodeCursor, PageQuery, pageOf, readCursor } from '../pagination.ts';

const Move = z.object({
  into: z.enum(['audience', 'journey']),
  key: z.string(),
  change: z.enum(['entered', 'left']),
  cause: z.string().nullable().describe('Of an audience what caused it; of a journey why it ended'),
  instance_id: z.number().optional(),
});
const at = z.date();
const Line = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event'),
    at,
    id: z.number(),
    name: z.string(),
    properties: z.record(z.string(), z.unknown()),
    source: z.string(),
    caused: z.array(Move).readonly().describe('Where it moved the person, in the same transaction'),
  }),
  z.object({
    kind: z.literal('message'),
    at: at.describe('When it was decided to write'),
    message_id: z.number(),
    state: z.string(),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    settled_at: z.string().nullable(),
    due_at: z.string().nullable(),
    address: z.string().nullable(),
    template_key: z.string().nullable(),
    channel: z.string().nullable(),
    channel_key: z.string().nullable(),
    lane: z.string().nullable(),
    topic: z.string().nullable(),
    campaign_key: z.string().nullable(),
    journey_key: z.string().nullable(),
    activity: z.string().nullable().describe('The activity of the campaign, or the step of the journey'),
    instance_id: z.number().nullable(),
    subject: z.string().nullable().describe('As it landed in the sandbox'),
    mailbox_id: z.string().nullable().describe('In the sandbox mailbox'),
  }),
  z.object({
    kind: z.literal('reaction'),
    at,
    message_id: z.number(),
    template_key: z.string().nullable(),
    reactions: z.array(z.object({ reaction: z.string(), machine: z.boolean(), times: z.number() })).readonly(),
  }),
  z.object({ kind: z.literal('move'), at, moves: z.array(Move).readonly() }),
]);

/** What happened to one person in order of time. */
export function personTimelineRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/profiles/:namespace/:value/timeline', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary: 'Tell what happened to one person, the newest first: events and what they caused, messages, reactions',
        params: z.strictObject({ namespace: z.string().max(63), value: z.string().max(500) }),
        querystring: PageQuery.extend({
          show: z.enum(['all', 'messages', 'not-sent', 'events']).default('all'),
        }),
        response: { 200: pageOf(Line) },
      },
      handler: async ({ params, query }) => {
        await awaitInbox(ctx, params.namespace, params.value);
        const cursor = readCursor(z.tuple([CursorInstant, z.number().int(), z.number().int()]), query.after);
        const before = cursor && { at: new Date(cursor[0]), rank: cursor[1], id: cursor[2] };
        const { lines, next } = await readTimeline(ctx, params, { show: query.show, before, limit: query.limit });
        return {
          items: lines.map(lineOf),
          next: next === undefined ? null : encodeCursor([next.at.getTime(), next.rank, next.id]),
        };
      },
    });
  };
}

function lineOf({ kind, at: when, id, body, caused }: TimelineLine): z.infer<typeof Line> {
  return Line.parse({ ...body, kind, at: when, id, caused });
}
