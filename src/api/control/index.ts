import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '../../platform/context.ts';
import type { OpenChannel } from '../../services/channels/index.ts';
import type { Ingest } from '../../services/ingest/index.ts';
import { audienceImportRoutes } from './audience-import.ts';
import { audienceRoutes } from './audiences.ts';
import { campaignRoutes } from './campaigns.ts';
import { channelRoutes } from './channels.ts';
import { comparisonRoutes } from './comparisons.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { definitionRoutes } from './definitions.ts';
import { exampleShopRoutes } from './example-shop.ts';
import { importRoutes } from './imports.ts';
import { journeyTestRoutes } from './journey-tests.ts';
import { journeyRoutes } from './journeys.ts';
import { keyRoutes } from './keys.ts';
import { overviewRoutes } from './overview.ts';
import { profileRoutes } from './profiles.ts';
import { sandboxRoutes } from './sandbox.ts';
import { sendRoutes } from './sends.ts';
import { simulationRoutes } from './simulations.ts';
import { sourceDebuggerRoutes } from './source-debugger.ts';
import { sourceRoutes } from './sources.ts';
import { suppressionRoutes } from './suppressions.ts';
import { tableRoutes } from './tables.ts';
import { templateRoutes } from './templates.ts';
import { webhookRoutes } from './webhooks.ts';
import { whyRoutes } from './why.ts';

/** The control API: one line per noun. */
export function controlRoutes(ctx: Context, openChannel: OpenChannel, ingest: Ingest): FastifyPluginAsync {
  return async (server) => {
    await server.register(audienceRoutes(ctx));
    await server.register(audienceImportRoutes(ctx));
    await server.register(campaignRoutes(ctx));
    await server.register(channelRoutes(ctx, openChannel));
    await server.register(comparisonRoutes(ctx));
    await server.register(deadLetterRoutes(ctx));
    await server.register(definitionRoutes(ctx));
    await server.register(exampleShopRoutes(ctx, ingest));
    await server.register(importRoutes(ctx));
    await server.register(journeyRoutes(ctx));
    await server.register(journeyTestRoutes(ctx));
    await server.register(keyRoutes(ctx));
    await server.register(overviewRoutes(ctx));
    await server.register(profileRoutes(ctx));
    await server.register(sandboxRoutes(ctx));
    await server.register(sendRoutes(ctx));
    await server.register(sourceRoutes(ctx));
    await server.register(sourceDebuggerRoutes(ctx, ingest));
    await server.register(simulationRoutes(ctx));
    await server.register(suppressionRoutes(ctx));
    await server.register(tableRoutes(ctx));
    await server.register(whyRoutes(ctx));
    await server.register(templateRoutes(ctx, openChannel));
    await server.register(webhookRoutes(ctx));
  };
}
