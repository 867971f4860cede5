import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { createSource } from '../../src/services/sources/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { basic, inbox } from './support.ts';

const ROUNDS = Number(process.env.CARILLON_KILL_ROUNDS ?? 2);
const CLIENTS = 8;
const BATCH = 20;

let ctx: TestContext;
let writeKey = '';
const children = new Set<ChildProcess>();
beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  writeKey = (await createSource(ctx, { name: 'shop', kind: 'write_key' })).key;
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await ctx.close();
});

async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'ingest-process.ts')], {
    env: { PATH: process.env.PATH, DATABASE_URL: ctx.databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url: String(url) };
}

test('a process killed at any moment has stored everything that it said 200 to', async () => {
  const promised = new Set<string>();
  let sent = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { child, url } = await startServer();
    const goal = promised.size + 400 + Math.floor(Math.random() * 400);
    const gone = once(child, 'exit');
    const client = async () => {
      for (;;) {
        const ids = Array.from({ length: BATCH }, () => `m${sent++}`);
        const batch = ids.map((messageId) => ({ type: 'track', event: 'Ordered', userId: messageId, messageId }));
        const request = {
          method: 'POST',
          headers: { authorization: basic(writeKey) },
          body: JSON.stringify({ batch }),
        };
        // The killed process answers no more; what it had not promised may be stored or not.
        const answer = await fetch(`${url}/v1/batch`, request).catch(() => undefined);
        if (answer?.status !== 200) return;
        for (const id of ids) promised.add(id);
        if (promised.size >= goal) child.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await gone;
  }
  const stored = new Set((await inbox(ctx)).map(({ messageId }) => messageId));
  expect(promised.size).toBeGreaterThan(400);
  expect([...promised].filter((id) => !stored.has(id))).toEqual([]);
});
