import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '../../platform/context.ts';

/** What recipients and providers call, without an API key: one line per noun. */
export function publicRoutes(_ctx: Context): FastifyPluginAsync {
  return async (_server) => {
    // Each noun registers its routes here.
  };
}
