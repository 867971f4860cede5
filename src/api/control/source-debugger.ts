import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { type Ingest, listDeadLetters } from '../../services/ingest/index.ts';
import { getSource, listUnknownKeys } from '../../services/sources/index.ts';
import { Source, SourceParams, shownSource } from './sources.ts';

const RECENT_LETTERS_MAX = 50;

const tags = ['sources'];
const Recent = z.object({
  received_at: z.date(),
  outcome: z.enum(['accepted', 'rejected']),
  type: z.string().nullable(),
  name: z.string().nullable(),
  message_id: z.string().nullable(),
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })).readonly(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  body: z.record(z.string(), z.unknown()).nullable().describe('The event as it was read; of the newest ones alone'),
});
const Refused = z.object({
  dead_letter_id: z.number().int(),
  received_at: z.date(),
  reason: z.string(),
  detail: z.string(),
  body: z.string(),
});

/** For somebody who connects a source and wants to see what becomes of its events. */
export function sourceDebuggerRoutes(ctx: Context, ingest: Ingest): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/sources/:source_id/recent', {
      config: { scope: 'sources:read', sentences: ['detail'] },
      schema: {
        tags,
        summary: 'Show what arrived lately from a source, and what was refused and why',
        description:
          '`events` are the last that this process took, newest first, and are forgotten when it ends; `refused` are the last dead letters.',
        params: SourceParams,
        response: { 200: z.object({ source: Source, events: z.array(Recent), refused: z.array(Refused) }) },
      },
      handler: async ({ params }) => {
        const source = await getSource(ctx, params.source_id);
        const refused = await listDeadLetters(ctx, { source: source.name, limit: RECENT_LETTERS_MAX });
        return { source: shownSource(source), events: ingest.recent.of(source.name), refused };
      },
    });

    server.get('/api/unknown-keys', {
      config: { scope: 'sources:read', sentences: ['detail'] },
      schema: {
        tags,
        summary: 'List the keys that requests came with and no source has, newest day first',
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
        response: {
          200: z.object({
            items: z.array(
              z.object({ day: z.string(), key_hint: z.string(), attempts: z.number(), last_seen_at: z.date() }),
            ),
          }),
        },
      },
      handler: async ({ query }) => ({ items: await listUnknownKeys(ctx, query.limit) }),
    });
  };
}
