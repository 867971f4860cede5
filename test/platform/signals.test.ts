import { afterAll, expect, test, vi } from 'vitest';
import { manualClock } from '../../src/platform/clock.ts';
import { createSignalWire } from '../../src/platform/signal-wire.ts';
import { createSignals, type SignalName } from '../../src/platform/signals.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { startEngine } from '../../src/services/engine/index.ts';
import { createSource } from '../../src/services/sources/index.ts';
import { fakeChannel, until } from '../deliveries/support.ts';
import { accept, eventOf } from '../engine/events.ts';
import { basic } from '../ingest/support.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { type CarillonProcess, spawnCarillon } from '../support/carillon-process.ts';
import { createTestContext, TEST_START } from '../support/context.ts';

// One test starts real processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const ctx = await createTestContext();
const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  await ctx.close();
});

/** Signals as a process of its own has them. */
function processSignals(listens: boolean) {
  const wire = createSignalWire({ db: ctx.db, connectionString: ctx.databaseUrl, listens });
  const signals = createSignals(wire);
  const heard: SignalName[] = [];
  closers.push(wire.close);
  return { signals, heard, listen: (name: SignalName) => signals.listen(name, () => heard.push(name)) };
}

const receiver = processSignals(true);
receiver.listen('inbox');
const sender = processSignals(false);

test('what nobody in a process works on itself is told to the others', async () => {
  await until(() => receiver.signals.hears());
  receiver.heard.length = 0;
  sender.signals.raise('inbox');
  await until(() => receiver.heard.length > 0);
  expect(receiver.heard).toEqual(['inbox']);
});

test('many signals at once are few words', async () => {
  await until(() => receiver.signals.hears());
  receiver.heard.length = 0;
  for (let n = 0; n < 1_000; n++) sender.signals.raise('inbox');
  sender.signals.raise('outbox');
  receiver.listen('outbox');
  await until(() => receiver.heard.includes('outbox'));
  expect(receiver.heard.length).toBeLessThan(5);
});

test('a process that works on it itself says nothing', async () => {
  await until(() => receiver.signals.hears());
  receiver.heard.length = 0;
  const whole = processSignals(false);
  whole.listen('inbox');
  whole.signals.raise('inbox');
  whole.signals.raise('outbox');
  await until(() => receiver.heard.includes('outbox'));
  expect(whole.heard).toEqual(['inbox']);
  expect(receiver.heard).toEqual(['outbox']);
});

test('who overhears a signal keeps it from nobody', async () => {
  await until(() => receiver.signals.hears());
  receiver.heard.length = 0;
  const bystander = processSignals(false);
  const deaf = bystander.signals.overhear('inbox', () => bystander.heard.push('inbox'));
  bystander.signals.raise('inbox');
  await until(() => receiver.heard.length > 0);
  expect(receiver.heard).toEqual(['inbox']);
  expect(bystander.heard).toEqual(['inbox']);
  deaf();
  bystander.signals.raise('inbox');
  expect(bystander.heard).toEqual(['inbox']);
});

test('who has lost the connection says so, makes it anew, and then looks at everything', async () => {
  await until(() => receiver.signals.hears());
  receiver.heard.length = 0;
  await ctx.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'carillon notices'`);
  await until(() => !receiver.signals.hears());
  await until(() => receiver.signals.hears());
  expect(receiver.heard).toContain('inbox');
});

const WELCOME = {
  kind: 'journey',
  key: 'welcome',
  entry: { event: 'Signed Up' },
  start: 'mail',
  steps: { mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' } },
};
const signUp = (userId: string) => ({ userId, context: { traits: { email: `${userId}@example.com` } } });

test('an event that one process accepts is answered by others that are told, without a look of their own', async () => {
  await publish(ctx, TEMPLATE, WELCOME);
  // By a clock that stands still no pause ends: who waits for the next look waits for ever, unless told.
  const standing = (listens: boolean) => {
    const { signals } = processSignals(listens);
    return { ...ctx, clock: manualClock(TEST_START), signals };
  };
  const [api, engine, delivery] = [standing(false), standing(true), standing(true)];
  const channel = fakeChannel();
  const workers = [startEngine(engine), startDelivery(delivery, { openChannel: () => channel })];
  await until(() => engine.signals.hears() && delivery.signals.hears());
  for (const [index, userId] of ['ana', 'bea', 'cai'].entries()) {
    const { context } = signUp(userId);
    await accept(api, [eventOf(userId, 'Signed Up', { now: TEST_START, traits: context.traits })]);
    await until(() => channel.sent.length === index + 1);
  }
  for (const worker of workers) await worker.stop();
});

test('processes of one role each listen, and tell what they have for others', async () => {
  const { key } = await createSource(ctx, { name: 'shop', kind: 'write_key' });
  await publish(ctx, TEMPLATE, WELCOME);
  const start = (roles: string): CarillonProcess => {
    const environment = { DATABASE_URL: ctx.databaseUrl, CARILLON_ROLES: roles, PORT: '0', LOG_LEVEL: 'info' };
    const carillon = spawnCarillon(['start'], environment);
    closers.push(async () => {
      carillon.kill('SIGTERM');
      await carillon.ended;
    });
    return carillon;
  };
  const listeners = async () =>
    (
      await ctx.db.query(sql`
        select from pg_stat_activity where datname = current_database() and application_name = 'carillon notices'`)
    ).length;
  const before = await listeners();
  const [api, ...workers] = [start('api'), start('engine'), start('delivery')];
  const [, url] = await api.printed(/Carillon is ready at (http:\S+)/);
  for (const worker of workers) await worker.printed(/"ready"/);
  await until(async () => (await listeners()) >= before + workers.length);
  receiver.heard.length = 0;
  receiver.listen('journey');
  const body = JSON.stringify({ event: 'Signed Up', ...signUp('dan') });
  const answer = await fetch(`${url}/v1/track`, { method: 'POST', headers: { authorization: basic(key) }, body });
  expect(answer.status).toBe(200);
  await until(async () => (await ctx.db.query(sql`select from sandbox_message`)).length === 1);
  await until(() => receiver.heard.includes('inbox') && receiver.heard.includes('journey'));
});
