import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT } from './typescript.ts';

export type SinkCounts = { readonly messages: number; readonly bytes: number; readonly recipients: number };

export type Sink = {
  readonly port: number;
  /** What the sink has taken since it started. */
  counts(): Promise<SinkCounts>;
  stop(): Promise<void>;
};

/** Starts the discarding SMTP sink in a process of its own, on a free port of the loopback address. */
export async function startSink(): Promise<Sink> {
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, join(import.meta.dirname, 'smtp-sink.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('The SMTP sink ended by itself.');
    return JSON.parse(value) as SinkCounts & { readonly port: number };
  };
  const { port } = await read();
  return {
    port,
    counts() {
      child.kill('SIGUSR2');
      return read();
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
