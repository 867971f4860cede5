import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DEAD_LETTER_REASONS } from '../../core/ingest/index.ts';
import type { Context } from '../../platform/context.ts';
import { listDeadLetters, replayDeadLetters } from '../../services/ingest/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const IDS_MAX = 1_000;

const Reason = z.enum(DEAD_LETTER_REASONS);
const DeadLetter = z.object({
  dead_letter_id: z.number().int(),
  inlet: z.enum(['event', 'import', 'cloudevent', 'webhook', 'engine']),
  source: z.string(),
  reason: Reason,
  detail: z.string().describe('One sentence for people'),
  body: z.string().describe('What arrived'),
  complete: z.boolean().describe('False: the body was cut and cannot be read again'),
  sent_at: z.date().nullable(),
  received_at: z.date(),
  replayed_at: z.date().nullable(),
});

export function deadLetterRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/dead-letters', {
      config: { scope: 'sources:read', sentences: ['detail'] },
      schema: {
        tags: ['sources'],
        summary: 'List what arrived and could not be taken, newest first',
        querystring: PageQuery.extend({
          source: z.string().max(200).optional(),
          reason: Reason.optional(),
          replayed: z.stringbool().optional().describe('Only those read again, or only those not'),
        }),
        response: { 200: pageOf(DeadLetter) },
      },
      handler: async ({ query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const { source, reason, replayed, limit } = query;
        const rows = await listDeadLetters(ctx, { source, reason, replayed, before, limit: limit + 1 });
        return toPage({ rows, limit, cursor: (row) => [row.dead_letter_id] });
      },
    });

    server.post('/api/dead-letters/replay', {
      config: { scope: 'sources:write', sentences: ['detail'] },
      schema: {
        tags: ['sources'],
        summary: 'Read dead letters again; those that pass now go the way of events that arrive',
        description: 'Without any filter: all that were not replayed yet.',
        body: z.strictObject({
          ids: z.array(z.number().int().positive()).max(IDS_MAX).optional(),
          source: z.string().max(200).optional(),
          reason: Reason.optional(),
        }),
        response: {
          200: z.object({
            replayed: z.number().int().describe('Those that are on their way now'),
            refused: z.number().int().describe('Those that still cannot be read'),
          }),
        },
      },
      handler: async ({ body }) => replayDeadLetters(ctx, body),
    });
  };
}
