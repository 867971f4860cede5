// An engine in a process of its own, as CARILLON_WORKERS starts it, over the database of a bench. It works between "start" and "stop".
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase } from '../../src/platform/sql/index.ts';
import { type Engine, startEngine } from '../../src/services/engine/index.ts';

const SELF = fileURLToPath(import.meta.url);

export type EngineProcess = {
  start(): Promise<void>;
  /** Resolves when no turn is under way, to the processor time since the start. */
  stop(): Promise<{ readonly cpuUs: number }>;
  close(): Promise<void>;
};

/** Loads everything; the work begins with `start`. */
export async function spawnEngine(databaseUrl: string): Promise<EngineProcess> {
  const child = spawn(process.execPath, [...process.execArgv, SELF], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  await once(child, 'message');
  return {
    start: () => ask(child, 'start').then(() => undefined),
    stop: () => ask(child, 'stop'),
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function ask(child: ChildProcess, word: 'start' | 'stop'): Promise<{ readonly cpuUs: number }> {
  child.send(word);
  const [answer] = await once(child, 'message');
  return answer;
}

function serve(url: string): void {
  const db = openDatabase({ connectionString: url, connectionsMax: 20 });
  const config = readConfig({ DATABASE_URL: url, CARILLON_ROLES: 'engine' });
  const shared = { clock: systemClock, log: createLogger('warn'), metrics: createMetrics(), signals: createSignals() };
  let engine: Engine | undefined;
  let cpu = process.cpuUsage();
  process.on('message', async (word) => {
    if (word === 'start') {
      cpu = process.cpuUsage();
      engine = startEngine({ db, config, secret: 'bench bench bench', ...shared });
    } else await engine?.stop();
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ cpuUs: user + system });
  });
  process.once('disconnect', () => void db.close());
  process.send?.('loaded');
}

if (process.argv[1] === SELF) serve(process.env.DATABASE_URL ?? '');
