import { execFile, type SpawnOptions } from 'node:child_process';
import { chown, lstat, readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError, verbatim } from '../../core/kernel/index.ts';

/**
 * Under which account the server runs; PostgreSQL refuses to run as root, and `initdb` under an account without a name.
 * `self`: ours. `uid`: we are root and drop to another one. `namespace`: a user namespace in which our own uid appears as
 * an unprivileged one, so that it reaches everything that we reach (a clone in a home that nobody else may enter).
 */
export type Account =
  | { readonly kind: 'self' }
  | { readonly kind: 'uid'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'namespace'; readonly uid: number; readonly gid: number };

export type Command = { readonly file: string; readonly args: readonly string[]; readonly options: SpawnOptions };

/** How to run a program under the account. */
export function commandFor(account: Account, file: string, args: readonly string[]): Command {
  switch (account.kind) {
    case 'self':
      return { file, args, options: {} };
    case 'uid':
      return { file, args, options: { uid: account.uid, gid: account.gid } };
    case 'namespace':
      return {
        file: 'unshare',
        args: ['--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--', file, ...args],
        options: {},
      };
  }
}

/**
 * Picks the account for a server whose program and data folder (which need not exist yet) lie where given.
 * @throws AppError `unavailable` when we are root and neither way of not being root works here.
 */
export async function chooseAccount(postgres: string, folder: string): Promise<Account> {
  if (process.getuid === undefined) return { kind: 'self' };
  if (process.getuid() !== 0 && hasName()) return { kind: 'self' };
  const unprivileged = await unprivilegedAccount();
  if (process.getuid() === 0) {
    const owner = await lstat(folder).catch(() => undefined);
    const dropped: Account = owner?.uid
      ? { kind: 'uid', uid: owner.uid, gid: owner.gid }
      : { kind: 'uid', ...unprivileged };
    if (await canReach(dropped, postgres, dirname(folder))) return dropped;
  }
  const namespace: Account = { kind: 'namespace', ...unprivileged };
  if (await canReach(namespace, postgres, dirname(folder))) return namespace;
  throw new AppError(
    'unavailable',
    verbatim(
      `PostgreSQL cannot run as this account, and uid ${unprivileged.uid} cannot reach ${folder} or ${postgres}. ` +
        'Start Carillon as an ordinary user, put it and CARILLON_DATA_DIR where every user may enter, or set DATABASE_URL.',
    ),
  );
}

/** Gives a file, or a folder with all that is in it, to whoever the server will run as. Cheap when that is so already. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const uid = account.kind === 'uid' ? account.uid : 0;
  const gid = account.kind === 'uid' ? account.gid : 0;
  const before = await lstat(path);
  if (before.uid === uid) return;
  const entries = before.isDirectory() ? await readdir(path, { recursive: true }) : [];
  for (const entry of entries) await chown(join(path, entry), uid, gid);
  // Last, because the owner of the folder tells whether the work was done.
  await chown(path, uid, gid);
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

async function unprivilegedAccount(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const found = ['postgres', 'nobody', 'daemon']
    .map((name) => lines.find((fields) => fields[0] === name))
    .find(Boolean);
  return { uid: Number(found?.[2] ?? 65_534), gid: Number(found?.[3] ?? 65_534) };
}

/** Whether the account can run the server's program and enter the folder. */
function canReach(account: Account, postgres: string, folder: string): Promise<boolean> {
  const script = '"$0" --version >/dev/null && cd "$1"';
  const { file, args, options } = commandFor(account, '/bin/sh', ['-c', script, postgres, folder]);
  return new Promise((resolve) => {
    execFile(file, [...args], { uid: options.uid, gid: options.gid, cwd: '/' }, (error) => resolve(error === null));
  });
}
