import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageIdHeader } from '../../src/core/deliveries/index.ts';
import { readMessageReference } from '../../src/core/messages/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { recoverMessages } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { makePeople, publish, until } from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const ROUNDS = Number(process.env.CARILLON_KILL_ROUNDS ?? 2);
const PEOPLE = 20_000;
const SEED = Number(process.env.CARILLON_KILL_SEED ?? Math.floor(Math.random() * 1_000_000));
const DOMAIN = 'shop.example';

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
const taken = new Map<string, number>();
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
        taken.set(key, (taken.get(key) ?? 0) + 1);
        done();
      });
    },
  });
  sink.on('error', () => undefined);
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', () => resolve()));
  const { port } = sink.server.address() as { port: number };
  await makePeople(ctx, 1, PEOPLE);
  await publish(ctx, {
    kind: 'template',
    key: 'reset',
    transactional: true,
    subject: 'Reset',
    text: 'Your code is 123.',
  });
  await publish(ctx, {
    kind: 'channel',
    key: 'sink',
    provider: 'smtp',
    from: { email: `news@${DOMAIN}` },
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

/** A process that accepts messages to the next people and delivers; `answered` is told the id of each. */
function start(people: number, answered: Set<string>): ChildProcess {
  const file = join(import.meta.dirname, 'accepting-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', file, '1', String(people)], {
    env: { ...process.env, DATABASE_URL: ctx.databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('msg_')) answered.add(line);
  });
  return child;
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** In one look: between two of them a message can go from the state that is counted second to the first. */
const inOutbox = async (...states: string[]) =>
  (await ctx.db.one<{ n: number }>(sql`select count(*) as n from outbox where state = any(${states}::text[])`)).n;

describe(`a process that accepts and delivers and is killed (seed ${SEED})`, () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
    'loses no transactional message that was accepted, and repeats none that was not in the air, seed %i',
    async (seed) => {
      const random = randomFrom(seed);
      const answered = new Set<string>();
      taken.clear();
      const killed = start(PEOPLE, answered);
      const goal = 20 + random() * 300;
      await until(() => answered.size >= goal, undefined, 60_000);
      await new Promise((resolve) => setTimeout(resolve, random() * 20));
      await end(killed, 'SIGKILL');
      const inTheAir = await inOutbox('sending');
      const last = start(0, answered);
      await until(async () => (await inOutbox('sending', 'queued')) === 0, undefined, 60_000);
      await end(last, 'SIGTERM');
      await recoverMessages(ctx);

      const { send_id: sendId } = await ctx.db.one<{ send_id: number }>(sql`select send_id from send`);
      const lost = [...answered].filter((id) => {
        const place = readMessageReference(id);
        return !place || !taken.has(`<${messageIdHeader(place.messageId, sendId, DOMAIN)}>`);
      });
      expect(lost).toEqual([]);
      expect([...taken.values()].every((times) => times <= 2)).toBe(true);
      expect([...taken.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(inTheAir);
      expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
    },
    240_000,
  );
});
