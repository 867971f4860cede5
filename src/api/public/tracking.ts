import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../platform/context.ts';
import { mirrorOf, type Tracker, type Visit } from '../../services/tracking/index.ts';

/** One transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const MIRROR_POLICY =
  "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; font-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

/**
 * The open pixel, tracked links and mirror pages. A link that we did not sign is a plain 404: nothing is recorded, and nothing tells
 * how it was wrong. A hit is committed before it is answered, unless the database keeps the reader waiting.
 */
export function trackingRoutes(ctx: Context, tracker: Tracker): FastifyPluginAsync {
  return async (server) => {
    server.get<{ Params: { file: string } }>('/t/o/:file', async (request, reply) => {
      const { file } = request.params;
      const tracked = file.endsWith('.gif') ? await tracker.resolve(file.slice(0, -4)) : undefined;
      if (!tracked) return reply.callNotFound();
      await tracker.opened(tracked, visitOf(request));
      return reply.header('cache-control', 'no-store, max-age=0').type('image/gif').send(PIXEL);
    });

    server.get<{ Params: { token: string; link: string } }>('/t/c/:token/:link', async (request, reply) => {
      const { token, link } = request.params;
      const tracked = /^\d{1,5}$/.test(link) ? await tracker.resolve(token) : undefined;
      if (!tracked) return reply.callNotFound();
      return redirect(reply, await tracker.clicked(tracked, Number(link), visitOf(request)));
    });

    server.get<{ Params: { token: string; signature: string; '*': string } }>(
      '/t/d/:token/:signature/*',
      async (request, reply) => {
        const { token, signature, '*': url } = request.params;
        const tracked = await tracker.resolve(token);
        if (!tracked) return reply.callNotFound();
        return redirect(reply, await tracker.clickedTo(tracked, token, { url, signature }, visitOf(request)));
      },
    );

    server.get<{ Params: { token: string } }>('/t/m/:token', async (request, reply) => {
      const tracked = await tracker.resolve(request.params.token);
      const mirror = tracked && (await mirrorOf(ctx, tracked));
      if (!mirror) return reply.callNotFound();
      void reply
        .header('cache-control', 'no-store')
        .header('x-robots-tag', 'noindex')
        .header('content-security-policy', MIRROR_POLICY);
      if (mirror.html === undefined) return reply.type('text/plain; charset=utf-8').send(mirror.text ?? '');
      return reply.type('text/html; charset=utf-8').send(mirror.html);
    });
  };
}

function visitOf(request: FastifyRequest): Visit {
  return { method: request.method, userAgent: request.headers['user-agent'] };
}

function redirect(reply: FastifyReply, destination: string | undefined): FastifyReply {
  if (destination === undefined) {
    reply.callNotFound();
    return reply;
  }
  return reply
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .redirect(headerForm(destination), 302);
}

/** A header takes ASCII without blanks; what browsers make of the rest of an address is its percent-encoding too. */
function headerForm(url: string): string {
  return url.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
