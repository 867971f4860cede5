import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '../../platform/context.ts';
import { campaignRoutes } from './campaigns.ts';
import { definitionRoutes } from './definitions.ts';
import { keyRoutes } from './keys.ts';

/** The control API: one line per noun. */
export function controlRoutes(ctx: Context): FastifyPluginAsync {
  return async (server) => {
    await server.register(campaignRoutes(ctx));
    await server.register(definitionRoutes(ctx));
    await server.register(keyRoutes(ctx));
  };
}
