import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { AppError, verbatim } from '../core/kernel/index.ts';
import type { Context } from '../platform/context.ts';
import { pendingMigrations } from '../platform/sql/index.ts';

/** What the operator's machinery asks: is the process alive, may it get traffic, how is it doing. */
export function operationsRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));

    server.get('/readyz', { schema: { hide: true } }, async () => {
      const pending = await pendingMigrations(ctx.db);
      if (pending.length > 0) throw new AppError('unavailable', verbatim(`Not yet migrated: ${pending.join(', ')}.`));
      return { status: 'ready' };
    });

    server.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
      void reply.type(ctx.metrics.registry.contentType);
      return ctx.metrics.registry.metrics();
    });
  };
}
