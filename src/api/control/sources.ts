import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { WebhookSettings } from '../../core/ingest/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  changeSettings,
  createSource,
  listSources,
  revokeSource,
  type SourceRow,
} from '../../services/sources/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

export const Source = z.object({
  source_id: z.number().int(),
  name: z.string().describe('What events of this source are marked with'),
  kind: z.enum(['write_key', 'webhook']),
  key_hint: z.string().describe('The first characters of the key'),
  settings: z.unknown().describe('Of a webhook: the mapping of its bodies'),
  created_at: z.date(),
  revoked_at: z.date().nullable(),
  last_seen_at: z.date().nullable(),
});
const Key = z.string().describe('The write key, or the last part of the URL /hooks/in/KEY; shown this once');
export const SourceParams = z.strictObject({ source_id: z.coerce.number().int().positive() });

const tags = ['sources'];

export function sourceRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/sources', {
      config: { scope: 'sources:read' },
      schema: {
        tags,
        summary: 'List where events come from, with their counts of the last seven days',
        querystring: PageQuery,
        response: { 200: pageOf(Source.extend({ accepted: z.number(), rejected: z.number() })) },
      },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listSources(ctx, { after, limit: query.limit + 1 });
        return toPage({ rows: rows.map(shownSource), limit: query.limit, cursor: (row) => [row.source_id] });
      },
    });

    server.post('/api/sources', {
      config: { scope: 'sources:write' },
      schema: {
        tags,
        summary: 'Make a source: a write key for SDKs, or a webhook with its mapping',
        body: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('write_key'), name: z.string() }),
          z.strictObject({ kind: z.literal('webhook'), name: z.string(), settings: WebhookSettings }),
        ]),
        response: { 201: Source.extend({ key: Key }) },
      },
      handler: async ({ body }, reply) => reply.code(201).send(shownSource(await createSource(ctx, body))),
    });

    server.put('/api/sources/:source_id/settings', {
      config: { scope: 'sources:write' },
      schema: {
        tags,
        summary: 'Change the mapping of a webhook',
        params: SourceParams,
        body: WebhookSettings,
        response: { 200: Source },
      },
      handler: async ({ params, body }) => shownSource(await changeSettings(ctx, params.source_id, body)),
    });

    server.delete('/api/sources/:source_id', {
      config: { scope: 'sources:write' },
      schema: {
        tags,
        summary: 'Revoke a source; its key is refused within seconds',
        params: SourceParams,
        response: { 204: z.undefined().describe('Revoked') },
      },
      handler: async ({ params }, reply) => {
        await revokeSource(ctx, params.source_id);
        return reply.code(204).send();
      },
    });
  };
}

/** A write key has no settings to show. */
export function shownSource<Row extends SourceRow>(row: Row): Row {
  return row.kind === 'write_key' ? { ...row, settings: null } : row;
}
