// What a server costs that has nothing to do, with all its roles: memory of Node and its share of a core over a while of stillness,
// as it tells itself at /metrics.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { report, say } from './support/index.ts';

/** Starting compiles code in the background for a while; that is not idling. */
const SETTLE_MS = 15_000;
const WATCH_MS = 30_000;

const folder = await mkdtemp(join(tmpdir(), 'carillon-bench-'));
await chmod(folder, 0o711);
const server = spawn(process.execPath, ['bin/carillon.mjs', 'start'], {
  cwd: join(import.meta.dirname, '..'),
  env: { PATH: process.env.PATH, PORT: '0', CARILLON_DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
try {
  const url = await ready();
  say(`Letting it settle for ${SETTLE_MS / 1_000} s, then watching for ${WATCH_MS / 1_000} s...`);
  await pause(SETTLE_MS);
  const before = await read(url);
  await pause(WATCH_MS);
  const after = await read(url);
  const seconds = WATCH_MS / 1_000;
  const percent = (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds;
  report({ bench: 'idle', metric: 'rss_mb', value: after.rssMb, unit: 'MB', n: 1, note: 'Node only, all roles' });
  report({ bench: 'idle', metric: 'cpu_percent', value: percent, unit: '% of a core', n: seconds });
} finally {
  server.kill('SIGTERM');
  await ended;
  await rm(folder, { recursive: true, force: true });
}

async function ready(): Promise<string> {
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /ready at (http:\S+)/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error('The server ended before it was ready.');
}

async function read(url: string): Promise<{ rssMb: number; cpuSeconds: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  return { rssMb: value('process_resident_memory_bytes') / 2 ** 20, cpuSeconds: value('process_cpu_seconds_total') };
}
