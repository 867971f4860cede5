import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from './process-lock.ts';

const newPath = async () => join(await mkdtemp(join(tmpdir(), 'carillon-lock-')), 'a.lock');

test.each([
  ['empty, as a power failure leaves it', ''],
  ['of no process', 'nobody was here\n'],
])('a lock file that is %s is taken over', async (_what, text) => {
  const path = await newPath();
  await writeFile(path, text);
  const lock = await takeLock(path);
  expect(await readFile(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  if (!('release' in lock)) throw new Error('The lock was not taken.');
  await lock.release();
});

test('a lock is taken once, and told by whom', async () => {
  const path = await newPath();
  const lock = await takeLock(path);
  expect(await takeLock(path)).toEqual({ heldBy: process.pid });
  if ('release' in lock) await lock.release();
  expect(await takeLock(path)).toHaveProperty('release');
});
