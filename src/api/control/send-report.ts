import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { exportRecipients, getSend, listRecipientsWithFacts, reactionSpans } from '../../services/deliveries/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { rowsFile } from '../rows-file.ts';
import { RecipientFilter, RecipientWithFacts } from './recipient.ts';

const tags = ['sends'];
const Address = z.strictObject({ send_id: z.coerce.number().int().positive() });

const Span = z.object({
  at: z.date(),
  opened: z.number().int(),
  opened_by_machine: z.number().int(),
  clicked: z.number().int(),
  clicked_by_machine: z.number().int(),
});

/** What became of a send: person by person, and over time. */
export function sendReportRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(recipientRoutes(ctx));
    server.get('/api/sends/:send_id/reactions', {
      config: { scope: 'sends:read' },
      schema: {
        tags,
        summary:
          'First openings and clicks over time; spans in which nothing happened are left out, of many the last 1,000 are told',
        params: Address,
        querystring: z.strictObject({ every: z.enum(['hour', 'day']).default('hour').describe('In UTC') }),
        response: { 200: z.object({ items: z.array(Span) }) },
      },
      handler: async ({ params, query }) => {
        const { sendId } = await getSend(ctx, params.send_id);
        const spans = await reactionSpans(ctx.db, [sendId], query.every);
        const items = spans.map(({ at, opened, openedByMachine, clicked, clickedByMachine }) => ({
          at,
          opened,
          opened_by_machine: openedByMachine,
          clicked,
          clicked_by_machine: clickedByMachine,
        }));
        return { items };
      },
    });
  };
}

function recipientRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/sends/:send_id/recipients', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List the recipients of a send with their state and reason, and what they did with the message',
        params: Address,
        querystring: PageQuery.extend(RecipientFilter),
        response: { 200: pageOf(RecipientWithFacts) },
      },
      handler: async ({ params, query }) => {
        const send = await getSend(ctx, params.send_id);
        const rows = await listRecipientsWithFacts(ctx.db, {
          sendIds: [send.sendId],
          states: query.state === undefined ? undefined : [query.state],
          reason: query.reason,
          after: readCursor(z.tuple([z.number().int()]), query.after)?.[0],
          limit: query.limit + 1,
        });
        const items = rows.map((row) => ({
          message_id: row.messageId,
          profile_id: row.profileId,
          name: row.name,
          address: row.address,
          state: row.state,
          reason: row.reason,
          detail: row.detail,
          attempts: row.attempts,
          settled_at: row.settledAt,
          due_at: row.dueAt,
          opened_at: row.openedAt,
          opened_by_machine: row.openedByMachine,
          clicks: row.clicks,
        }));
        return toPage({ rows: items, limit: query.limit, cursor: (row) => [row.message_id] });
      },
    });

    server.get('/api/sends/:send_id/recipients/export', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Download the recipients of a send with their state and reason, and what they did with the message',
        params: Address,
        querystring: z.strictObject({ ...RecipientFilter, format: z.enum(['csv', 'ndjson']).default('csv') }),
        response: { 200: rowsFile },
      },
      handler: async ({ params, query }, reply) => {
        const text = await exportRecipients(ctx, { sendId: params.send_id, ...query });
        return reply
          .type(query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
          .header('content-disposition', `attachment; filename="send-${params.send_id}-recipients.${query.format}"`)
          .send(Readable.from(text));
      },
    });
  };
}
