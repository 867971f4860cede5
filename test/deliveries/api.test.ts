import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { GREETING, makePeople, makePopulation, prepare, publish } from './support.ts';

let ctx: TestContext;
let server: FastifyInstance;
let secret = '';
let sendId = 0;

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  secret = (await createKey(ctx, { name: 'test', scopes: ['*'] })).secret;
  await makePeople(ctx, 1, 10);
  await publish(ctx, GREETING);
  await ctx.db.execute(sql`update profile set email = null where profile_id = 3`);
  sendId = (await prepare(ctx, await makePopulation(ctx, 'people', 1, 10), { hold: true })).sendId;
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const headers = { authorization: `Bearer ${secret}` };
  const answer = await server.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.json() };
};

describe('the API of sends', () => {
  it('accounts for a send, and names every recipient with the reason, page by page', async () => {
    const { body } = await call('GET', `/api/sends/${sendId}`);
    expect(body).toMatchObject({
      state: 'prepared',
      summary: { targeted: 10, excluded: 1, queued: 9, sent: 0, excludedBy: { no_address: 1 } },
    });
    const seen = [];
    let after = '';
    for (;;) {
      const page = await call('GET', `/api/sends/${sendId}/recipients?limit=4${after}`);
      seen.push(...page.body.items);
      if (page.body.next === null) break;
      after = `&after=${page.body.next}`;
    }
    expect(seen.map((row) => row.profile_id).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const excluded = await call('GET', `/api/sends/${sendId}/recipients?state=excluded&reason=no_address`);
    expect(excluded.body.items).toMatchObject([
      { profile_id: 3, state: 'excluded', reason: 'no_address', address: null },
    ]);
  });

  it('steers a send, and refuses what its state does not allow', async () => {
    expect(await call('POST', `/api/sends/${sendId}/pause`)).toMatchObject({ status: 409 });
    expect(await call('POST', `/api/sends/${sendId}/confirm`)).toMatchObject({
      status: 200,
      body: { state: 'sending' },
    });
    expect(await call('POST', `/api/sends/${sendId}/pause`)).toMatchObject({ status: 200, body: { state: 'paused' } });
    expect(await call('POST', `/api/sends/${sendId}/stop`)).toMatchObject({ status: 200, body: { state: 'stopped' } });
    expect((await call('GET', `/api/sends/${sendId}`)).body.summary).toMatchObject({ excluded: 10, queued: 0 });
    expect(await call('GET', '/api/sends/99999')).toMatchObject({ status: 404 });
  });

  it('keeps suppressed addresses in the form in which they are compared', async () => {
    const given = { addresses: [' Ann@Example.com ', 'ann@example.com', 'bob@example.com'] };
    expect(await call('POST', '/api/suppressions', given)).toMatchObject({ body: { added: 2 } });
    const { body } = await call('GET', '/api/suppressions');
    expect(body.items.map((row: { address: string }) => row.address)).toEqual(['ann@example.com', 'bob@example.com']);
    expect(await call('POST', '/api/suppressions', { addresses: ['nobody'] })).toMatchObject({ status: 422 });
    expect(await call('POST', '/api/suppressions/remove', given)).toMatchObject({ body: { removed: 2 } });
  });
});

describe('the doctor', () => {
  it('finds a counter that lies and a row that is stuck, and repairs the counter', async () => {
    expect(await examine(ctx)).toMatchObject({ healthy: true });
    await ctx.db.execute(sql`update send_count set value = value + 5 where send_id = ${sendId} and name = 'targeted'`);
    expect(await examine(ctx, { repair: true })).toMatchObject({
      healthy: false,
      differences: [{ sendId, name: 'targeted', counted: 15, actual: 10 }],
      repaired: 1,
    });
    expect(await examine(ctx)).toMatchObject({ healthy: true });
    await ctx.db.execute(sql`
      insert into outbox (bucket, message_id, send_id, profile_id, lane, channel_key, address, domain, state, due_at, worker_id, queued_at)
      values (1, 999999, ${sendId}, 1, 'campaign', 'sandbox', 'a@example.com', 'example.com', 'sending', now(), 424242, now())`);
    const { findings } = await examine(ctx);
    expect(findings).toMatchObject([{ kind: 'sending_without_worker', subject: 'worker 424242', count: 1 }]);
  });
});
