import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '../../platform/context.ts';
import { createTracker } from '../../services/tracking/index.ts';
import { trackingRoutes } from './tracking.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

/** What recipients and providers call, without an API key: one line per noun. */
export function publicRoutes(ctx: Context): FastifyPluginAsync {
  return async (server) => {
    const tracker = createTracker(ctx);
    await server.register(trackingRoutes(ctx, tracker));
    await server.register(unsubscribeRoutes(ctx, tracker));
  };
}
