import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { id, sql } from '../../src/platform/sql/index.ts';
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

  it('says where everybody stands, apart those that wait to be confirmed', async () => {
    const { body } = await call('GET', '/api/sends');
    const account = { targeted: 10, excluded: 1, held: 9, queued: 0, sending: 0, sent: 0, failed: 0, uncertain: 0 };
    expect(body.items).toMatchObject([{ send_id: sendId, account }]);
  });

  it('tells what each recipient did, machines apart, over time, and all of it as a file', async () => {
    const own = (await prepare(ctx, await makePopulation(ctx, 'readers', 4, 6))).sendId;
    const now = new Date(ctx.clock.now());
    await ctx.db.execute(sql`
      with settled as (delete from outbox where send_id = ${own} returning *)
      insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, settled_at)
      select bucket, message_id, ${now}, send_id, profile_id, address, 'sent', ${now} from settled`);
    await ctx.db.execute(
      sql`insert into send_count (send_id, slot, name, reason, value) values (${own}, 0, 'sent', '', 3)`,
    );
    const at = (minutes: number) => new Date(Date.UTC(2026, 0, 5, 9, minutes));
    await ctx.db.execute(sql`
      insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
      select bucket, message_id, act.kind, act.machine, send_id, profile_id, act.at, act.at, act.times from message
      join (values (4, 'opened', false, ${at(10)}::timestamptz, 2), (4, 'clicked', false, ${at(70)}, 3), (5, 'opened', true, ${at(20)}, 1))
        as act (person, kind, machine, at, times) on act.person = profile_id
      where send_id = ${own}`);
    await ctx.db.execute(sql`
      insert into reaction_span (send_id, hour, kind, machine, slot, value)
      select send_id, date_trunc('hour', first_at, 'UTC'), kind, machine, 0, count(*) from reaction
      where send_id = ${own} group by 1, 2, 3, 4`);
    const { body } = await call('GET', `/api/sends/${own}/recipients`);
    expect(body.items).toMatchObject([
      {
        profile_id: 4,
        state: 'sent',
        name: 'Name 4',
        opened_at: at(10).toISOString(),
        opened_by_machine: false,
        clicks: 3,
      },
      { profile_id: 5, opened_at: null, opened_by_machine: true, clicks: 0 },
      { profile_id: 6, opened_at: null, opened_by_machine: false, clicks: 0 },
    ]);
    const spans = await call('GET', `/api/sends/${own}/reactions?every=hour`);
    expect(spans.body.items).toEqual([
      { at: '2026-01-05T09:00:00.000Z', opened: 1, opened_by_machine: 1, clicked: 0, clicked_by_machine: 0 },
      { at: '2026-01-05T10:00:00.000Z', opened: 0, opened_by_machine: 0, clicked: 1, clicked_by_machine: 0 },
    ]);
    const headers = { authorization: `Bearer ${secret}` };
    const file = await server.inject({ method: 'GET', url: `/api/sends/${own}/recipients/export?state=sent`, headers });
    expect(file.body.trim().split('\r\n')).toHaveLength(4);
    expect(file.body).toMatch(/^message_id,profile_id,name,address,state,reason/);
    // What was put there by hand has no counters, which the doctor would find.
    for (const table of ['reaction', 'reaction_span', 'message', 'send_count'])
      await ctx.db.execute(sql`delete from ${id(table)} where send_id = ${own}`);
  });

  it('shows single people only to whom may read profiles', async () => {
    const { secret: narrow } = await createKey(ctx, { name: 'narrow', scopes: ['sends:read', 'campaigns:read'] });
    for (const path of ['recipients', 'recipients/export']) {
      const headers = { authorization: `Bearer ${narrow}` };
      const answer = await server.inject({ method: 'GET', url: `/api/sends/${sendId}/${path}`, headers });
      expect(answer.statusCode).toBe(403);
    }
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

  it('suppresses an address with a domain beyond ASCII however it is written', async () => {
    const forms = ['Bob@bücher.example', 'bob@xn--bcher-kva.example'];
    const suppressed = async () => {
      const { body } = await call('GET', '/api/suppressions');
      return body.items.map((row: { address: string }) => row.address).sort();
    };
    for (const [given = '', other = ''] of [forms, [...forms].reverse()]) {
      await call('POST', '/api/suppressions', { addresses: [given] });
      expect(await suppressed()).toEqual(['bob@bücher.example', 'bob@xn--bcher-kva.example']);
      await call('POST', '/api/suppressions/remove', { addresses: [other] });
      expect(await suppressed()).toEqual([]);
    }
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
