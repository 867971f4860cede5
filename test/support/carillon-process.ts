import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = `const { main } = await import(${JSON.stringify(join(ROOT, 'src/main.ts'))});
process.exitCode = await main(process.argv.slice(1), process.env);`;

export type CarillonProcess = {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  output(): { readonly out: string; readonly err: string };
  /** Resolves with the match once it has printed it; rejects with all it printed when it ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
};

/** Runs the `carillon` program from its sources in a process of its own, for tests that kill it. */
export function spawnCarillon(
  args: readonly string[],
  environment: Record<string, string> = {},
  account: { uid?: number; gid?: number } = {},
): CarillonProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', PROGRAM, '--', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  child.stdout.on('data', (data) => {
    out += data;
    wake();
  });
  child.stderr.on('data', (data) => {
    err += data;
    wake();
  });
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(out) ?? pattern.exec(err);
        if (!match) return false;
        waiting.delete(look);
        resolve(match);
        return true;
      };
      waiting.add(look);
      if (look()) return;
      void ended.then(
        (how) => look() || reject(new Error(`carillon ended with ${how} before ${pattern}:\n${out}${err}`)),
      );
    });
  return { child, output: () => ({ out, err }), printed, ended, kill: (signal) => child.kill(signal) };
}
