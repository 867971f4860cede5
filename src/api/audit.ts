import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../platform/context.ts';
import { recordAudit } from '../services/accounts/index.ts';

const FORBIDDEN = 403;
const PATH_CHARACTERS_MAX = 500;

/** Writes down every request that could change something, and every one that was refused for want of a scope. */
export function auditRequests(server: FastifyInstance, ctx: Context): void {
  server.addHook('onResponse', async (request, reply) => {
    const { caller } = request;
    if (!caller) return;
    const status = reply.statusCode;
    const { audited = true } = request.routeOptions.config;
    const changed = audited && status < 400 && !isRead(request);
    if (!changed && status !== FORBIDDEN) return;
    await recordAudit(ctx, {
      actor: caller.name,
      actor_kind: caller.kind,
      method: request.method,
      path: request.url.split('?')[0]?.slice(0, PATH_CHARACTERS_MAX) ?? '',
      status,
    }).catch((error: unknown) => ctx.log.error({ err: error }, 'An entry of the audit log could not be written.'));
  });
}

/** Questions that are too long for an address are asked by POST; their routes need the right to read only. */
function isRead({ method, routeOptions }: FastifyRequest): boolean {
  return READS.has(method) || (routeOptions.config.scope?.endsWith(':read') ?? false);
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
