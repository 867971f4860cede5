import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { createExampleShop, DEMO_SHOP, MEMBERS } from '../../services/demo/index.ts';
import type { Ingest } from '../../services/ingest/index.ts';

const tags = ['example shop'];
const ORDERS_EACH = 5;

const State = z.object({
  state: z
    .enum(['absent', 'refused', 'loading', 'loaded', 'failed'])
    .describe('absent: it can be loaded; refused: there are other data; failed: it can be loaded again'),
  doing: z.string().optional().describe('definitions, a file, or events'),
  step: z.number().int().optional(),
  steps: z.number().int().optional(),
  rows: z.number().int().optional().describe('Rows of the file that were read'),
  error: z.string().nullish(),
  begun: z.boolean().optional().describe('A campaign was run, so that whoever looks around has found their way'),
});

/** The example shop, for whoever wants to look around before bringing their own data. Its messages reach the sandbox only. */
export function exampleShopRoutes(ctx: Context, ingest: Ingest): FastifyPluginAsyncZod {
  return async (server) => {
    const shop = createExampleShop(ctx, ingest);
    server.addHook('onClose', () => shop.stop());

    server.get('/api/example-shop', {
      config: { scope: 'tables:read', sentences: ['error'] },
      schema: { tags, summary: 'Say whether the example shop is loaded, or how far', response: { 200: State } },
      handler: () => shop.state(),
    });

    server.post('/api/example-shop', {
      config: { scope: 'tables:write' },
      schema: {
        tags,
        summary: 'Load the example shop in the background; refused when there are data',
        body: z
          .strictObject({
            customers: z.number().int().min(MEMBERS).max(DEMO_SHOP.customers).default(DEMO_SHOP.customers),
          })
          .default({ customers: DEMO_SHOP.customers }),
        response: { 202: State },
      },
      handler: async ({ body: { customers } }, reply) => {
        await shop.load({ customers, orders: customers * ORDERS_EACH });
        return reply.code(202).send(await shop.state());
      },
    });
  };
}
