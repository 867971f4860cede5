import { constants, getPriority, setPriority } from 'node:os';
import { layoutOf, urlOf } from './cluster.ts';
import { findPostmaster } from './postmaster.ts';
import { DATABASE } from './start.ts';

const LOWER = constants.priority.PRIORITY_BELOW_NORMAL;

/** Whether a URL is that of the embedded server over `dataDir`, whichever process started it: its processes are on this machine. */
export async function isEmbedded(dataDir: string, url: string): Promise<boolean> {
  const layout = layoutOf(dataDir);
  try {
    const postmaster = await findPostmaster(layout);
    return postmaster !== undefined && (await urlOf(layout, postmaster.endpoint, DATABASE)) === url;
  } catch {
    // The folder is somebody else's.
    return false;
  }
}

/** Lets a process of the embedded server have the processor when no other wants it, or a tenth of it. It cannot be raised again. */
export function lowerPriority(pid: number): void {
  try {
    if (getPriority(pid) < LOWER) setPriority(pid, LOWER);
  } catch {
    // It has ended, or is not ours to lower: then it goes on as it is.
  }
}
