import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { listSuppressions, suppressAddresses, unsuppressAddresses } from '../../services/consent/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const ADDRESSES_MAX = 10_000;

const Suppression = z.object({
  channel: z.string(),
  address: z.string(),
  reason: z.enum(['hard_bounce', 'complaint', 'manual']),
  detail: z.string().nullable(),
  created_at: z.date(),
});
const Addresses = z.strictObject({
  addresses: z.array(z.string().max(320)).min(1).max(ADDRESSES_MAX),
});

/** Addresses that must not be written to, whoever they belong to. */
export function suppressionRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/suppressions', {
      config: { scope: 'suppressions:read' },
      schema: {
        tags: ['suppressions'],
        summary: 'List the addresses that must not be written to',
        querystring: PageQuery,
        response: { 200: pageOf(Suppression) },
      },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.string()]), query.after)?.[0];
        const rows = await listSuppressions(ctx, { after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.address] });
      },
    });

    server.post('/api/suppressions', {
      config: { scope: 'suppressions:write' },
      schema: {
        tags: ['suppressions'],
        summary: 'Write to these addresses no more',
        body: Addresses.extend({ detail: z.string().max(500).optional().describe('Why, for people') }),
        response: { 200: z.object({ added: z.number().int() }) },
      },
      handler: async ({ body }) => ({
        added: await suppressAddresses(ctx, body.addresses, body.detail === undefined ? {} : { detail: body.detail }),
      }),
    });

    server.post('/api/suppressions/remove', {
      config: { scope: 'suppressions:write' },
      schema: {
        tags: ['suppressions'],
        summary: 'Let these addresses be written to again',
        body: Addresses,
        response: { 200: z.object({ removed: z.number().int() }) },
      },
      handler: async ({ body }) => ({ removed: await unsuppressAddresses(ctx, body.addresses) }),
    });
  };
}
