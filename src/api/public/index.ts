import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '../../platform/context.ts';
import type { Express } from '../../services/deliveries/index.ts';
import { createTracker } from '../../services/tracking/index.ts';
import { decideRoutes } from './decide.ts';
import { mailingRoutes } from './mailings.ts';
import { messageRoutes } from './messages.ts';
import { trackingRoutes } from './tracking.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

/** What stands outside of /api under fixed names: what recipients call without a key, and messages by API. One line per noun. */
export function publicRoutes(ctx: Context, express?: Express): FastifyPluginAsync {
  return async (server) => {
    const tracker = createTracker(ctx);
    await server.register(decideRoutes(ctx));
    await server.register(mailingRoutes(ctx));
    await server.register(messageRoutes(ctx, express));
    await server.register(trackingRoutes(ctx, tracker));
    await server.register(unsubscribeRoutes(ctx, tracker));
  };
}
