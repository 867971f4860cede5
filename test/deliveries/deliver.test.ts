import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { type Delivery, startDelivery } from '../../src/services/deliveries/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import {
  countsOf,
  fakeChannel,
  GREETING,
  makePeople,
  makePopulation,
  prepare,
  publish,
  stateOf,
  until,
} from './support.ts';

let ctx: TestContext;
const workers: Delivery[] = [];

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  await makePeople(ctx, 1, 500);
  await publish(ctx, GREETING);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
});
afterAll(() => ctx.close());

const start = (channel: ReturnType<typeof fakeChannel>) => {
  const worker = startDelivery(ctx, { openChannel: () => channel });
  workers.push(worker);
  return worker;
};

describe('a send', () => {
  it('reaches each person once, and ends as finished', async () => {
    const send = await prepare(ctx, await makePopulation(ctx, 'all', 1, 500));
    expect(send).toMatchObject({ targeted: 500, queued: 500, excluded: {} });
    const channel = fakeChannel();
    start(channel);
    await until(async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(new Set(channel.sent.map((mail) => mail.to)).size).toBe(500);
    expect(channel.sent).toHaveLength(500);
    expect(channel.sent[0]?.raw).toContain('Hello Name');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 500, sent: 500 });
    const logged = await ctx.db.one<{ count: number }>(
      sql`select count(*) from message where send_id = ${send.sendId}`,
    );
    expect(logged.count).toBe(500);
  });
});
