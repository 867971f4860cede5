import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '../../platform/context.ts';
import { type Ingest, startUpkeep } from '../../services/ingest/index.ts';
import { createSourceDirectory, createTally } from '../../services/sources/index.ts';
import { BODY_BYTES_MAX } from './body.ts';
import { cloudEventRoutes } from './cloud-events.ts';
import { allowAnyOrigin } from './cross-origin.ts';
import { answerRefusals } from './refusals.ts';
import { type Inlet, segmentRoutes } from './segment.ts';
import { settingsRoutes } from './settings.ts';
import { webhookRoutes } from './webhooks.ts';

/** Where events come in. Bodies are read by their bytes, never by their content type: clients send JSON under any name. */
export function ingestRoutes(ctx: Context, ingest: Ingest): FastifyPluginAsync {
  return async (server) => {
    const tally = createTally(ctx);
    const inlet: Inlet = { ctx, ingest, keys: { directory: createSourceDirectory(ctx), tally } };
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );
    answerRefusals(server);
    allowAnyOrigin(server);
    segmentRoutes(server, inlet);
    cloudEventRoutes(server, inlet);
    webhookRoutes(server, inlet);
    settingsRoutes(server, inlet);

    let upkeep: ReturnType<typeof startUpkeep> | undefined;
    server.addHook('onReady', async () => {
      upkeep = startUpkeep(ctx, tally.save);
    });
    server.addHook('onClose', async () => {
      await ingest.idle();
      await upkeep?.stop();
    });
  };
}
