import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { writeToken } from '../../src/core/tracking/index.ts';
import { sql, toText } from '../../src/platform/sql/index.ts';
import { suppressAddresses, unsuppressAddresses } from '../../src/services/consent/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { keyedHash } from '../../src/services/tracking/index.ts';
import { GREETING, makePeople, makePopulation, prepare, publish, until } from '../deliveries/support.ts';
import { publish as apply } from '../journeys/service.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
};

let ctx: TestContext;
let server: FastifyInstance;
let sendId = 0;
let told = 0;

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  await makePeople(ctx, 1, 9);
  await publish(ctx, GREETING);
  sendId = (await prepare(ctx, await makePopulation(ctx, 'people', 1, 9), { topic: 'news' })).sendId;
  await ctx.db.execute(sql`update outbox set instance_id = 4711 where profile_id = 2`);
  ctx.signals.listen('inbox', () => {
    told += 1;
  });
});
afterEach(async () => {
  await ctx.db.execute(sql`delete from inbox`);
  await ctx.db.execute(sql`update live_epoch set epoch = 0, event_names = '{}', asks_messages = false`);
  told = 0;
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const inbox = () =>
  ctx.db.query<{ bucket: number; profile_id: number; body: Record<string, unknown> }>(sql`
    select bucket, profile_id, body from inbox order by inbox_id`);
const live = (events: readonly string[], asksMessages = false) =>
  ctx.db.execute(
    sql`update live_epoch set epoch = 1, event_names = ${events}::text[], asks_messages = ${asksMessages}`,
  );

async function hit(
  person: number,
  url: (token: string) => string,
  { method = 'GET', at = server }: { method?: 'GET' | 'POST'; at?: FastifyInstance } = {},
) {
  const { message_id: messageId } = await ctx.db.one<{ message_id: number }>(sql`
    select message_id from outbox where profile_id = ${person}`);
  const token = writeToken(
    { bucket: person % 256, messageId, sendId, profileId: person },
    keyedHash(ctx.secret, 'tracking'),
  );
  ctx.clock.advance(3_600_000);
  await at.inject({ method, url: url(token), headers: BROWSER });
  return messageId;
}
const open = (person: number, at?: FastifyInstance) => hit(person, (token) => `/t/o/${token}.gif`, at ? { at } : {});
const unsubscribe = (person: number) => hit(person, (token) => `/u/${token}`, { method: 'POST' });

function withTransactions(context: TestContext, transaction: typeof ctx.db.transaction): TestContext {
  return { ...context, db: { ...context.db, transaction } };
}

it('while nothing is live, what people do with messages goes into the history and nowhere else', async () => {
  await open(1);
  await unsubscribe(1);
  expect(await inbox()).toEqual([]);
  expect(told).toBe(0);
});

it('an event that something looks at goes to the engine as recorded already, and no other does', async () => {
  await live(['Email Opened']);
  const messageId = await open(1);
  await hit(1, (token) => `/t/c/${token}/1`);
  expect(await inbox()).toMatchObject([
    {
      bucket: 1,
      profile_id: 1,
      body: {
        kind: 'event',
        name: 'Email Opened',
        recorded: true,
        depth: 1,
        source: 'tracking',
        properties: { message_id: messageId, send_id: sendId, channel: 'email' },
      },
    },
  ]);
  expect(told).toBe(1);
});

it('reactions are told while an audience asks about messages, or a journey runs, with the instance of the message', async () => {
  await live([], true);
  const messageId = await open(2);
  expect(await inbox()).toMatchObject([
    { profile_id: 2, body: { kind: 'reaction', reaction: 'opened', messageId, instanceId: 4711, journey: null } },
  ]);
  await ctx.db.execute(sql`delete from inbox`);
  await live([]);
  await open(2);
  expect(await inbox()).toEqual([]);
  await ctx.db.execute(sql`
    insert into journey_version (journey_key, version, state, body, started_at, updated_at)
    values ('welcome', 1, 'live', '{}', ${new Date()}, ${new Date()})`);
  await open(2);
  expect(await inbox()).toMatchObject([{ body: { kind: 'reaction' } }]);
  await ctx.db.execute(sql`delete from journey_version`);
});

it('a consent that a person gives or takes back is told before what they did', async () => {
  await live(['Unsubscribed'], true);
  await unsubscribe(3);
  expect((await inbox()).map(({ body }) => body.kind)).toEqual(['touch', 'event', 'reaction']);
});

it('addresses that are suppressed, or no longer are, concern everybody who has them', async () => {
  await live([]);
  await suppressAddresses(ctx, ['P4@example.com', 'nobody@example.com']);
  await suppressAddresses(ctx, ['p4@example.com']);
  expect(await inbox()).toEqual([{ bucket: 4, profile_id: 4, body: { kind: 'touch', cause: 'consent' } }]);
  await unsuppressAddresses(ctx, ['p4@example.com']);
  expect(await inbox()).toHaveLength(2);
  expect(told).toBe(3);
});

it('a rule that is published while a hit is written down knows of it, or hears of it', async () => {
  let publishing: Promise<unknown> | undefined;
  const publishAndFill = async () => {
    await apply(ctx, { kind: 'audience', key: 'openers', rule: { event: 'Email Opened' } });
    await drain(ctx);
  };
  const isWaiting = async () =>
    (
      await ctx.db.query(
        sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).length > 0;
  const meanwhile = async () => {
    let done = false;
    publishing = publishAndFill().finally(() => {
      done = true;
    });
    await until(async () => done || (await isWaiting()));
  };
  const watched = withTransactions(ctx, (work, options) =>
    ctx.db.transaction((tx) => {
      const one: typeof tx.one = async (statement) => {
        const row = await tx.one(statement);
        // The hit has been written, and it was asked who wants to hear of it.
        if (toText(statement).includes('asks_messages')) await meanwhile();
        return row as never;
      };
      return work({ ...tx, one });
    }, options),
  );
  const other = createServer(watched);
  await open(5, other);
  await other.close();
  await publishing;
  await drain(ctx);
  expect(
    await ctx.db.query(sql`select since from audience_member where audience_key = 'openers' and profile_id = 5`),
  ).toHaveLength(1);
});

it('a hit is recorded once, also when the answer to its commit is lost', async () => {
  await live(['Email Opened'], true);
  let lost = 0;
  const losing = withTransactions(ctx, async (work, options) => {
    const result = await ctx.db.transaction(work, options);
    lost += 1;
    if (lost > 1) return result;
    throw Object.assign(new Error('The database has not answered.'), { code: '08006' });
  });
  const other = createServer(losing);
  await open(6, other);
  await other.close();
  expect(lost).toBe(1);
  expect((await inbox()).map(({ body }) => body.kind)).toEqual(['event', 'reaction']);
  expect(await ctx.db.query(sql`select times from reaction where profile_id = 6`)).toEqual([{ times: 1 }]);
  expect(await ctx.db.query(sql`select name from event where profile_id = 6`)).toEqual([{ name: 'Email Opened' }]);
  expect(told).toBe(1);
});

it('a hit whose commit did not come about is recorded by the next try', async () => {
  let failed = 0;
  const failing = withTransactions(ctx, (work, options) =>
    ctx.db.transaction(async (tx) => {
      const result = await work(tx);
      if (++failed > 1) return result;
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
    }, options),
  );
  const other = createServer(failing);
  await open(7, other);
  await other.close();
  expect(failed).toBe(2);
  expect(await ctx.db.query(sql`select times from reaction where profile_id = 7`)).toEqual([{ times: 1 }]);
});
