import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServer } from './api/server.ts';
import { openChannel } from './channels/providers/index.ts';
import type { WhenReady } from './cli/index.ts';
import { AppError, verbatim } from './core/kernel/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import type { Context } from './platform/context.ts';
import { createLogger } from './platform/log.ts';
import { openContext } from './platform/open-context.ts';
import { takeLock } from './platform/process-lock.ts';
import { endWith, exitOnUncaught, untilTold } from './platform/shutdown.ts';
import { startWorkers, type Workers } from './platform/workers.ts';
import { startCalls } from './services/calls/index.ts';
import { startCampaigns } from './services/campaigns/index.ts';
import { renewRules } from './services/definitions/index.ts';
import { startDelivery } from './services/deliveries/index.ts';
import { startEngine } from './services/engine/index.ts';
import { ensureEnvironmentChannel } from './services/environment/index.ts';
import { startJourneys } from './services/journeys/index.ts';
import { createWebhookCalls } from './services/webhooks/index.ts';

const PROGRAM = join(import.meta.dirname, '../bin/carillon.mjs');

/** Runs the roles that the configuration names until the process is told to stop, or `whenReady` says so. */
export async function serve(config: Config, whenReady?: WhenReady, clock?: Clock): Promise<void> {
  const log = createLogger(config.logLevel);
  exitOnUncaught(log);
  // Listening from the beginning: told while still starting, it starts and then stops in order.
  const told = untilTold(log);
  const claim = await claimDataDir(config);
  const has = (role: Config['roles'][number]) => config.roles.includes(role);
  const listens = has('engine') || has('delivery');
  const options = { connectionsMax: 30, log, listens, onDatabaseLost: endWith(log), ...(clock && { clock }) };
  const { ctx, databaseUrl, close } = await openContext(config, options);
  ctx.metrics.collectProcess();

  if (has('engine')) await renewRules(ctx);
  const delivery = has('delivery')
    ? startDelivery(ctx, { openChannel: (definition) => openChannel(ctx, definition) })
    : undefined;
  const server = has('api') ? createServer(ctx, { openChannel, express: delivery?.express }) : undefined;
  const campaigns = has('engine') ? startCampaigns(ctx) : undefined;
  const journeys = has('scheduler') ? startJourneys(ctx) : undefined;
  const engine = has('engine') ? startEngine(ctx) : undefined;
  const calls = has('delivery') ? startCalls(ctx, { webhooks: createWebhookCalls(ctx) }) : undefined;
  // They go by the system's clock: where time is played with there is one process.
  const workers = clock ? undefined : startMore(ctx, databaseUrl);
  try {
    await ensureEnvironmentChannel(ctx);
    const url = server && (await listen(server, config));
    if (url) process.stdout.write(`Carillon is ready at ${url}\n`);
    log.info({ roles: config.roles }, 'ready');
    if ((await Promise.race([whenReady?.(ctx, url), told])) === 'stop') return;
    const signal = await told;
    log.info({ signal }, 'stopping; a second signal stops at once');
  } finally {
    // Requests may still start work, and work may still queue messages: each ends before what it feeds.
    await server?.close();
    await workers?.stop();
    await campaigns?.stop();
    await journeys?.stop();
    await engine?.stop();
    await Promise.all([delivery?.stop(), calls?.stop()]);
    await close();
    await claim?.release();
  }
}

/** The processes beside this one that CARILLON_WORKERS asks for; they do what can be done by any number. */
function startMore({ config, log }: Context, databaseUrl: string): Workers | undefined {
  const roles = config.roles.filter((role) => role === 'engine' || role === 'delivery');
  if (config.workers < 2 || roles.length === 0) return undefined;
  const command = [...process.execArgv.filter((flag) => flag.startsWith('--max')), PROGRAM, 'start'];
  return startWorkers({
    count: config.workers - 1,
    command,
    environment: config.workerEnvironment(databaseUrl, roles),
    log,
  });
}

/** Over the embedded database one `carillon start` runs at a time; with DATABASE_URL any number do. */
async function claimDataDir(config: Config) {
  if (config.databaseUrl !== undefined) return undefined;
  await mkdir(config.dataDir, { recursive: true });
  const lock = await takeLock(join(config.dataDir, 'carillon.lock'));
  if ('release' in lock) return lock;
  throw new AppError(
    'conflict',
    verbatim(
      `Carillon already runs over ${config.dataDir}, as process ${lock.heldBy}. Stop it first, or give this one a CARILLON_DATA_DIR of its own.`,
    ),
  );
}

/** Answers the address to open in a browser, by name where there is one: browsers know passkeys under a name only. */
async function listen(server: FastifyInstance, { port, host }: Config): Promise<string> {
  try {
    const url = await server.listen({ port, host });
    return url.replace('//127.0.0.1:', '//localhost:');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'something already listens there' : message;
    throw new AppError('unavailable', verbatim(`Cannot listen on ${host}:${port}: ${why}. Set PORT or HOST.`), {
      cause: error,
    });
  }
}
