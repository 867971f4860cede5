import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../process-lock.ts';
import type { Endpoint, Layout } from './cluster.ts';

/** The server that runs over a cluster, as its own postmaster.pid tells. */
export type Postmaster = {
  readonly pid: number;
  readonly endpoint: Endpoint;
  readonly status: 'starting' | 'ready' | 'stopping';
};

/** The living server of this cluster. The file of one that was killed, or that ended with the machine, counts as none. */
export async function findPostmaster(layout: Layout): Promise<Postmaster | undefined> {
  const text = await readPidFile(layout);
  if (text === undefined) return undefined;
  // Lines: pid, data folder, start time, port, socket folder, listen address, shared memory key, status.
  const [pidLine = '', , , port = '', socketFolder = '', , , status = ''] = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number(pidLine));
  if (!(await isServerOf(layout, pid))) return undefined;
  return {
    pid,
    endpoint: socketFolder === '' ? { port: Number(port) } : { socketFolder },
    status: status === 'ready' || status === 'stopping' ? status : 'starting',
  };
}

/**
 * Removes the pid file of a dead server when its number now belongs to another process: PostgreSQL itself would take
 * that one for a server and refuse to start.
 */
export async function removeDeadPidFile(layout: Layout): Promise<void> {
  const pid = Math.abs(Number((await readPidFile(layout))?.split('\n')[0]));
  if (pid > 0 && !(await isServerOf(layout, pid))) await rm(pidFile(layout), { force: true });
}

const pidFile = (layout: Layout) => join(layout.cluster, 'postmaster.pid');

async function readPidFile(layout: Layout): Promise<string | undefined> {
  try {
    return await readFile(pidFile(layout), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isServerOf(layout: Layout, pid: number): Promise<boolean> {
  if (!(pid > 0) || !(await isAlive(pid))) return false;
  // A server works inside its data folder. Where the system does not tell, a living process has to be believed.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (folder === undefined || folder === layout.cluster) return true;
  // The data may lie elsewhere than where they are looked for: behind a symbolic link.
  return folder === (await realpath(layout.cluster).catch(() => layout.cluster));
}
