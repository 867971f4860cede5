import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startCalls } from '../../src/services/calls/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { defineEndpoint, json, queueCall, resultsFor, resultsOf, startTarget, waitFor } from './support.ts';

let ctx: TestContext;
let child: ChildProcess | undefined;

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await ctx.close();
});

test('calls of a worker that is killed in the middle are made again under the same key, and each step gets one answer', async () => {
  let answering = false;
  const api = await startTarget((request, reply) => {
    if (answering || JSON.parse(request.body).id % 2 === 0) json(reply, {});
  });
  await defineEndpoint(ctx, { key: 'api', url: api.url, timeout: '30s' });
  const instances = Array.from({ length: 10 }, (_, i) => i + 1);
  for (const instanceId of instances) {
    await queueCall(ctx, { instanceId, endpoint: 'api', body: { id: instanceId }, timeoutMs: 30_000 });
  }
  child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'calling-process.ts')], {
    env: { ...process.env, DATABASE_URL: ctx.databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await waitFor(async () => ((await resultsOf(ctx)).size === 5 && api.received.length === 10) || undefined, 30_000);
  child.kill('SIGKILL');
  await ended;
  answering = true;
  await waitFor(async () => {
    // The lock of the dead worker goes with its connection.
    const held = await ctx.db.query(sql`
      select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`);
    return held.length === 0 || undefined;
  });
  const worker = startCalls(ctx);
  await resultsFor(ctx, instances, 30_000);
  await worker.stop();
  await api.close();
  const results = [...(await resultsOf(ctx)).values()];
  expect(results.map((each) => each.length)).toEqual(instances.map(() => 1));
  const keys = (id: number) =>
    api.received.filter(({ body }) => JSON.parse(body).id === id).map(({ headers }) => headers['idempotency-key']);
  for (const id of instances) {
    expect(keys(id)).toHaveLength(id % 2 === 0 ? 1 : 2);
    expect(new Set(keys(id)).size).toBe(1);
  }
  expect(await ctx.db.query(sql`select * from http_call`)).toEqual([]);
});
