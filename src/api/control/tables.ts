import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ColumnType } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import { getTable, listTables, sampleRows } from '../../services/tables/index.ts';

const ROWS_MAX = 100;
const Params = z.strictObject({ key: z.string() });
const Column = z.object({ name: z.string(), type: ColumnType });

export function tableRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/tables', {
      config: { scope: 'tables:read' },
      schema: {
        tags: ['tables'],
        summary: 'List the entity tables, with about how many rows each has',
        response: {
          200: z.object({
            items: z.array(z.object({ key: z.string(), name: z.string(), columns: z.array(Column), rows: z.number() })),
          }),
        },
      },
      handler: async () => ({
        items: (await listTables(ctx)).map((table) => ({ ...table, columns: [...table.columns] })),
      }),
    });

    server.get('/api/tables/:key', {
      config: { scope: 'tables:read' },
      schema: {
        tags: ['tables'],
        summary: 'Show the published definition of a table',
        params: Params,
        response: { 200: z.record(z.string(), z.json()) },
      },
      handler: async ({ params }) =>
        (await getTable(ctx, params.key)) as unknown as Record<string, z.core.util.JSONType>,
    });

    server.get('/api/tables/:key/rows', {
      config: { scope: 'tables:read' },
      schema: {
        tags: ['tables'],
        summary: 'Look at some rows of a table',
        params: Params,
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(20) }),
        response: { 200: z.object({ items: z.array(z.record(z.string(), z.unknown())) }) },
      },
      handler: async ({ params, query }) => ({ items: await sampleRows(ctx, params.key, query.limit) }),
    });
  };
}
