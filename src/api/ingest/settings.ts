import type { FastifyInstance } from 'fastify';
import { answerPreflight } from './cross-origin.ts';
import type { Inlet } from './segment.ts';
import { keyOfHeaders, keyOfRest, sourceOf } from './write-key.ts';

const CACHE_S = 60;

/** What browser SDKs ask for before they start: where events go, and that nothing else is to be loaded. */
export function settingsRoutes(server: FastifyInstance, { ctx, keys }: Inlet): void {
  const path = '/v1/projects/:writeKey/settings';
  answerPreflight(server, path);
  server.get<{ Params: { writeKey: string } }>(
    path,
    { config: { scope: 'public' }, schema: { hide: true } },
    async ({ params: { writeKey } }, reply) => {
      await sourceOf(keys, writeKey, 'write_key');
      const { protocol, host, pathname } = new URL(ctx.config.publicUrl);
      const prefix = pathname.replace(/\/$/, '');
      const segment = { apiKey: writeKey, apiHost: `${host}${prefix}/v1`, protocol: protocol.slice(0, -1) };
      return reply.header('cache-control', `public, max-age=${CACHE_S}`).send({
        integrations: { 'Segment.io': { ...segment, unbundledIntegrations: [], addBundledMetadata: true } },
        plan: { track: { __default: { enabled: true, integrations: {} } } },
        metrics: { sampleRate: 0, host: `${host}${prefix}/v1` },
        legacyVideoPluginsEnabled: false,
        remotePlugins: [],
      });
    },
  );

  // RudderStack's way of asking; `configUrl` leads here. Its SDK asks with the slash, its older ones without.
  for (const url of ['/sourceConfig', '/sourceConfig/']) {
    answerPreflight(server, url);
    server.get(url, { config: { scope: 'public' }, schema: { hide: true } }, async (request, reply) => {
      const writeKey = keyOfHeaders(request) ?? keyOfRest(request, undefined);
      const { name } = await sourceOf(keys, writeKey, 'write_key');
      const off = { enabled: false };
      const source = { id: name, name, writeKey, enabled: true, workspaceId: 'carillon', destinations: [] };
      return reply
        .header('cache-control', `private, max-age=${CACHE_S}`)
        .send({ source: { ...source, config: { statsCollection: { errors: off, metrics: off } } } });
    });
  }

  answerPreflight(server, '/v1/m');
  // Measurements that SDKs take of themselves; nobody asked for them.
  server.post('/v1/m', { config: { scope: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send('{"success":true}'),
  );
}
