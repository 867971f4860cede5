import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../src/services/doctor/index.ts';
import { spawnCarillon } from '../support/carillon-process.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const PATIENCE_MS = 300_000;

/** Tracking links carry the port, so that the demo cannot be given just any. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
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

  it('leaves counters that agree with their rows', async () => {
    expect((await examine(ctx)).differences).toEqual([]);
  });
});
