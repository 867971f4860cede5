import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../src/services/doctor/index.ts';
import { explainWhy } from '../../src/services/why/index.ts';
import { spawnCarillon } from '../support/carillon-process.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const PATIENCE_MS = 300_000;

/**
 * Tracking links carry the port, so that the demo cannot be given just any. Below those that the system gives to whoever asks for any:
 * it is a while until the demo takes it.
 */
async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  server.close();
  await once(server, 'close');
  return port;
}

describe('the demo', () => {
  let ctx: TestContext;
  let output = '';

  beforeAll(async () => {
    ctx = await createTestContext();
    const environment = { DATABASE_URL: ctx.databaseUrl, PORT: String(await freePort()), LOG_LEVEL: 'warn' };
    const demo = spawnCarillon(['demo', '--exit'], environment);
    expect(await demo.ended, demo.output().err).toBe(0);
    output = demo.output().out;
  }, PATIENCE_MS);
  afterAll(() => ctx.close());

  it('plays a campaign to its end, with nothing queued, in flight, failed or uncertain', () => {
    expect(output).toMatch(/live run 1 is completed/);
    const counts = (name: string) =>
      [...output.matchAll(new RegExp(`${name} +([\\d,]+)`, 'g'))].map(([, count = '']) =>
        Number(count.replaceAll(',', '')),
      );
    const sum = (name: string) => counts(name).reduce((total, count) => total + count, 0);
    expect(sum('targeted')).toBeGreaterThan(1_000);
    expect(sum('targeted')).toBe(sum('├─ excluded') + sum('├─ sent'));
    for (const name of ['├─ queued', '├─ in flight', '├─ failed', '└─ uncertain']) expect(sum(name)).toBe(0);
  });

  it('has readers whose opens and clicks came in over its own links', () => {
    const opened = /opened: ([\d,]+) people, ([\d,]+) machines/.exec(output);
    expect(Number(opened?.[1])).toBeGreaterThan(0);
    expect(Number(opened?.[2])).toBeGreaterThan(0);
    expect(output).toMatch(/clicked: [1-9]/);
    expect(output).toMatch(/unsubscribed: [1-9]/);
  });

  it('names one person for each reason, and says where to look', () => {
    for (const reason of ['invalid_address', 'no_address', 'no_consent']) {
      expect(output).toMatch(new RegExp(`${reason} +[\\d,]+ +profile \\d+`));
    }
    expect(output).toContain('npx carillon campaign show spring-preview');
  });

  it('plays two weeks through three journeys, in which everybody is somewhere and every mail is accounted for', () => {
    for (const journey of ['welcome', 'abandoned-cart', 'win-back']) {
      const row = new RegExp(`^${journey} +([\\d, ]+)$`, 'm').exec(output)?.[1] ?? '';
      const [entered = 0, inside = 0, ended = 0, goal = 0, mails = 0, sent = 0, notSent = 0, opened = 0, clicked = 0] =
        row
          .trim()
          .split(/ +/)
          .map((count) => Number(count.replaceAll(',', '')));
      expect(entered, journey).toBeGreaterThan(30);
      expect(inside + ended, journey).toBe(entered);
      expect(goal, journey).toBeGreaterThan(0);
      expect(goal, journey).toBeLessThanOrEqual(ended);
      expect(sent + notSent, journey).toBe(mails);
      expect(opened, journey).toBeGreaterThan(clicked);
      expect(clicked, journey).toBeGreaterThan(0);
    }
  });

  it('names three people whose way can be asked for, and each has an answer', async () => {
    const commands = [...output.matchAll(/npx carillon why (user_id:\w+) --journey ([\w-]+)/g)];
    expect(commands).toHaveLength(3);
    for (const [, profile = '', journey = ''] of commands) {
      const why = await explainWhy(ctx, { profile, question: { journey } });
      expect(why.reasons[0]?.because.length, profile).toBeGreaterThan(3);
    }
  });

  it('leaves counters that agree with their rows', async () => {
    expect((await examine(ctx)).differences).toEqual([]);
  });
});
