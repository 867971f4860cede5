// Owns: further processes of the same program beside this one (CARILLON_WORKERS): their start, their return after a crash, their end.
// Does not own: what they do.
// Invariants: 1. a worker that ends without being told is started again, ever more slowly while it keeps ending; 2. no worker outlives this
// process, however it ends: each stops when its line to it is cut.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './log.ts';

const AGAIN_MS = 1_000;
const AGAIN_MS_MAX = 30_000;
/** A worker that has lived so long counts as started well. */
const WELL_MS = 60_000;

export type Workers = {
  /** Tells all of them to stop and resolves when they have. */
  stop(): Promise<void>;
};

export type WorkersInput = {
  readonly count: number;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
};

export function startWorkers({ count, command, environment, log }: WorkersInput): Workers {
  const stopping = new AbortController();
  const children = new Set<ChildProcess>();

  async function run(): Promise<void> {
    const child = spawn(process.execPath, [...command], {
      env: environment as NodeJS.ProcessEnv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.add(child);
    const [code, signal] = await once(child, 'exit').catch((error: Error) => [error.message, null]);
    children.delete(child);
    if (!stopping.signal.aborted) log.error({ pid: child.pid, code, signal }, 'A worker ended; starting it again.');
  }

  async function keep(): Promise<void> {
    let againMs = AGAIN_MS;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      await run();
      againMs = performance.now() - startedAt > WELL_MS ? AGAIN_MS : Math.min(againMs * 2, AGAIN_MS_MAX);
      await pause(againMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const kept = Array.from({ length: count }, keep);
  return {
    async stop() {
      stopping.abort();
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(kept);
    },
  };
}
