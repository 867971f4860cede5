import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TYPESCRIPT } from './typescript.ts';

export type LoadInput = {
  readonly url: string;
  readonly key: string;
  /** The name of an event, or `POST template`. */
  readonly what: string;
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
  readonly firstPerson: number;
};

export type LoadResult = {
  readonly requests: number;
  readonly refused: number;
  readonly answerMs: readonly [p50: number, p99: number];
};

/** Starts paced load in a process of its own; `stop` ends it before its time. */
export function startLoad(input: LoadInput): { readonly ended: Promise<LoadResult>; stop(): void } {
  const file = join(import.meta.dirname, 'paced-load.ts');
  const { url, key, what, rate, seconds, firstPerson } = input;
  const args = [url, key, what, String(rate), String(seconds), String(firstPerson)];
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = once(child, 'close').then(() => JSON.parse(output) as LoadResult);
  return { ended, stop: () => void child.kill('SIGTERM') };
}
