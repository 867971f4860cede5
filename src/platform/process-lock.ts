import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { randomSecret } from './crypto.ts';

export type ProcessLock = { release(): Promise<void> };

/**
 * Takes the lock that the file at `path` stands for. The file names its holder, so a lock left by a killed process (or by
 * one that lived before a reboot) is recognised and taken over.
 * @returns the lock, or the pid of the living process that holds it after `waitMs`.
 */
export async function takeLock(path: string, waitMs = 0): Promise<ProcessLock | { readonly heldBy: number }> {
  const deadline = performance.now() + waitMs;
  const mine = `${process.pid} ${await birthOf(process.pid)} ${randomSecret()}\n`;
  for (;;) {
    if (await tryTake(path, mine)) return { release: () => release(path, mine) };
    const holder = await readHolder(path);
    // Gone again. An empty one, which a power failure leaves, is nobody's.
    if (holder === undefined) continue;
    if (!(await isHolderAlive(holder))) {
      await removeIfUnchanged(path, holder);
      continue;
    }
    const pid = Number(holder.split(' ')[0]);
    if (performance.now() >= deadline) return { heldBy: pid };
    await pause(POLL_MS);
  }
}

const POLL_MS = 25;

/** Whether a process with this id lives; one that has ended but was not yet collected by its parent does not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) [ZX] /s.test(stat);
}

async function tryTake(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.${randomSecret().slice(0, 8)}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    // A link fails when the name exists, and what appears under the name is complete.
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readHolder(path)) === mine) await rm(path, { force: true });
}

async function readHolder(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isHolderAlive(holder: string): Promise<boolean> {
  const [pid = '', birth = ''] = holder.trim().split(' ');
  return (await isAlive(Number(pid))) && (await birthOf(Number(pid))) === birth;
}

/** Two processes may find the same dead lock: only what was found dead is removed, a fresh lock is put back. */
async function removeIfUnchanged(path: string, found: string): Promise<void> {
  const aside = `${path}.${process.pid}.aside`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== found) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** When a process was started, so that a reused pid is not taken for its predecessor; "-" where the system does not tell. */
async function birthOf(pid: number): Promise<string> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // The second field, the name in brackets, may hold spaces; the start time is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}/${fields[19]}`;
  } catch {
    return '-';
  }
}
