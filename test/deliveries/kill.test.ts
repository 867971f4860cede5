import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unaccounted } from '../../src/core/deliveries/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { recoverMessages, sendSummary } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { GREETING, makePeople, makePopulation, prepare, publish, stateOf, until } from './support.ts';

const ROUNDS = Number(process.env.CARILLON_KILL_ROUNDS ?? 2);
const KILLS = 2;
const PEOPLE = 2_000;
const SEED = Number(process.env.CARILLON_KILL_SEED ?? Math.floor(Math.random() * 1_000_000));

/** Numbers between 0 and 1 that a seed repeats. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

let ctx: TestContext;
let sink: SMTPServer;
/** Message-ID -> how often the server has accepted it. */
const accepted = new Map<string, number>();
const children = new Set<ChildProcess>();

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, done) {
      let head = '';
      stream.on('data', (chunk: Buffer) => {
        if (head.length < 2_000) head += chunk.toString('latin1');
      });
      stream.on('end', () => {
        const key = /^Message-ID: (\S+)/im.exec(head)?.[1] ?? '';
        accepted.set(key, (accepted.get(key) ?? 0) + 1);
        done();
      });
    },
  });
  sink.on('error', () => undefined);
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', () => resolve()));
  const { port } = sink.server.address() as { port: number };
  await makePeople(ctx, 1, PEOPLE);
  await publish(ctx, GREETING);
  await publish(ctx, {
    kind: 'channel',
    key: 'sink',
    provider: 'smtp',
    from: { email: 'news@shop.example' },
    url: `smtp://127.0.0.1:${port}`,
    connections: 4,
    window: 10,
  });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await new Promise<void>((resolve) => sink.close(() => resolve()));
  await ctx.close();
});

async function startWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'sending-process.ts')], {
    env: { ...process.env, DATABASE_URL: ctx.databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await once(child.stdout ?? child, 'data');
  return child;
}

/** What it claimed with its last breath is in the database when the connection is gone that it claims by, and its number with it. */
async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  const held = sql`
    select from pg_locks where locktype = 'advisory' and classid = 7301
      and database = (select oid from pg_database where datname = current_database())`;
  await until(async () => (await ctx.db.query(held)).length === 0);
}

const settledOf = async (sendId: number) => {
  const { queued, sending, targeted } = await sendSummary(ctx.db, [sendId]);
  return targeted - queued - sending;
};

describe(`a sending process that is killed (seed ${SEED})`, () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
    'loses no message and doubles none, seed %i',
    async (seed) => {
      const random = randomFrom(seed);
      accepted.clear();
      const send = await prepare(ctx, await makePopulation(ctx, `people_${seed}`, 1, PEOPLE), { channelKey: 'sink' });
      let inFlightMax = 0;
      for (let killed = 0; killed < KILLS; killed++) {
        const goal = Math.min(PEOPLE - 1, (await settledOf(send.sendId)) + Math.floor((random() * PEOPLE) / KILLS));
        const child = await startWorker();
        await until(async () => (await settledOf(send.sendId)) >= goal, undefined, 60_000);
        await new Promise((resolve) => setTimeout(resolve, random() * 100));
        await kill(child);
        const { count } = await ctx.db.one<{ count: number }>(sql`select count(*) from outbox where state = 'sending'`);
        inFlightMax += count;
      }
      const last = await startWorker();
      await until(async () => (await stateOf(ctx, send.sendId)) === 'finished', undefined, 60_000);
      const gone = once(last, 'exit');
      last.kill('SIGTERM');
      await gone;
      await recoverMessages(ctx);

      const summary = await sendSummary(ctx.db, [send.sendId]);
      expect(unaccounted(summary)).toBe(0);
      expect(summary).toMatchObject({ targeted: PEOPLE, queued: 0, sending: 0, failed: 0, excluded: 0 });
      expect(summary.uncertain).toBeLessThanOrEqual(inFlightMax);
      expect([...accepted.values()].filter((times) => times > 1)).toEqual([]);
      expect(accepted.size).toBeGreaterThanOrEqual(summary.sent);
      expect(accepted.size).toBeLessThanOrEqual(summary.sent + summary.uncertain);
      expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
    },
    240_000,
  );
});
