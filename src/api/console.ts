import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the built console lies: beside the compiled server, or in `dist` of a checkout that runs from its sources. */
const FOLDERS = [join(import.meta.dirname, '../web'), join(import.meta.dirname, '../../dist/web')];

/**
 * Scripts and styles come from this server alone. Styles may stand in elements, which the kit's do; mails are shown in frames that
 * may do nothing.
 */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "frame-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** What stands under `/` where the console was not built. */
const WELCOME = `Carillon runs here.

/api/openapi.json  the API, described; calling it wants a key: carillon key create NAME
/api/schemas/      JSON Schemas of definitions, such as /api/schemas/campaign.json
/healthz /readyz /metrics
`;

/** Serves the console under `/`, or a page of words when it was not built. */
export function serveConsole(server: FastifyInstance): void {
  const folder = FOLDERS.find((candidate) => existsSync(join(candidate, 'index.html')));
  if (folder === undefined) {
    server.get('/', { schema: { hide: true } }, async (_request, reply) => reply.type('text/plain').send(WELCOME));
    return;
  }
  void server.register(async (scope) => {
    await scope.register(serveFiles, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      // The build made them beside the others.
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
    });
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    const icon = await readFile(join(folder, 'icon.svg'));
    scope.get('/icon.svg', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('image/svg+xml').header('cache-control', 'max-age=86400').send(icon),
    );
    // Every address of the console is the same page, which looks at the address itself.
    for (const url of ['/', '/:screen', '/:screen/*']) {
      scope.get(url, { schema: { hide: true } }, async (request, reply) => {
        if (!isScreen(request.url, request.headers.accept)) return reply.callNotFound();
        return (
          reply
            .type('text/html; charset=utf-8')
            .header('content-security-policy', POLICY)
            // Nobody else learns our addresses; what a form of ours asks for is known by them to be asked by us.
            .header('referrer-policy', 'same-origin')
            .header('cache-control', 'no-cache')
            .send(page)
        );
      });
    }
  });
}

/** First parts of addresses that are not the console's, whether there is something or not. */
const OTHERS = new Set(['api', 'v1', 'analytics.js', 't', 'u', 'm', 'hooks', 'healthz', 'readyz', 'metrics', 'assets']);

function isScreen(url: string, accept: string | undefined): boolean {
  const first = url.split(/[/?]/)[1] ?? '';
  return !OTHERS.has(first) && (accept ?? '*/*').match(/text\/html|\*\/\*/) !== null;
}
