import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ColumnType } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import { countTable, getTable, listRows, listTables } from '../../services/tables/index.ts';
import { mustAllow } from '../authenticate.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { withdrawn } from '../withdrawn.ts';

const ROWS_MAX = 100;
const Params = z.strictObject({ key: z.string() });
const Column = z.object({ name: z.string(), type: ColumnType });
const Summary = z.object({
  key: z.string(),
  name: z.string(),
  columns: z.array(Column),
  primary_key: z.array(z.string()),
  identity: z.object({ column: z.string(), namespace: z.string() }).nullable().describe('Whose rows they are'),
  links: z
    .array(
      z.object({
        name: z.string(),
        to: z.string(),
        many: z.boolean().describe('A row may have several rows there'),
        on: z.array(z.object({ own: z.string(), there: z.string() })),
      }),
    )
    .describe('The ways to other tables, from both sides'),
  rows: z.number().describe('About how many; /count says it exactly'),
});

export function tableRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/tables', {
      config: { scope: 'tables:read' },
      schema: {
        tags: ['tables'],
        summary: 'List the entity tables, with about how many rows each has',
        response: {
          200: z.object({
            items: z.array(Summary),
          }),
        },
      },
      handler: async () => ({
        items: (await listTables(ctx)).map(({ primaryKey, ...table }) => ({
          ...table,
          columns: [...table.columns],
          primary_key: [...primaryKey],
          links: table.links.map((link) => ({ ...link, on: link.on.map(([own, there]) => ({ own, there })) })),
        })),
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
        summary: 'List the rows of a table in the order of its key',
        description: "Rows that are people's need profiles:read as well.",
        params: Params,
        querystring: PageQuery.extend({ limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(20) }),
        response: { 200: pageOf(z.record(z.string(), z.unknown())) },
      },
      handler: async (request) => {
        const { params, query } = request;
        if ((await getTable(ctx, params.key)).identity) mustAllow(request, 'profiles:read');
        const after = readCursor(z.array(z.string()).min(1), query.after);
        const rows = await listRows(ctx, params.key, { after, limit: query.limit + 1 });
        const page = toPage({ rows, limit: query.limit, cursor: ({ key }) => key });
        return { ...page, items: page.items.map(({ row }) => row) };
      },
    });

    server.get('/api/tables/:key/count', {
      config: { scope: 'tables:read' },
      schema: {
        tags: ['tables'],
        summary: 'Count the rows of a table, exactly',
        params: Params,
        response: { 200: z.object({ count: z.number().int() }) },
      },
      handler: async ({ params }, reply) => ({ count: await countTable(ctx, params.key, withdrawn(reply)) }),
    });
  };
}
