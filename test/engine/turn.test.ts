import { afterAll, expect, test } from 'vitest';
import { manualClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, archiveDefinition, plainDocument } from '../../src/services/definitions/index.ts';
import { drain, processBuckets } from '../../src/services/engine/index.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf, histories } from './events.ts';

const ctx = await createTestContext();
const now = ctx.clock.now();
afterAll(() => ctx.close());

test('an event reaches the history and the profile, once however often it is sent', async () => {
  const identify = eventOf('ana', 'Identify', {
    now,
    traits: { email: 'Ana@example.com', city: 'Lyon', locale: 'fr-FR', time_zone: 'Europe/Paris', tags: ['a'] },
  });
  const order = eventOf('ana', 'Order Completed', { now, properties: { total: 5 } });
  await accept(ctx, [identify, order, identify]);
  await drain(ctx);
  await accept(ctx, [identify, order]);
  await drain(ctx);
  expect(await histories(ctx)).toEqual({ ana: ['Identify', 'Order Completed'] });
  const profile = await ctx.db.one(sql`select email, locale, time_zone, traits from profile`);
  expect(profile).toEqual({
    email: 'Ana@example.com',
    locale: 'fr-FR',
    time_zone: 'Europe/Paris',
    traits: { city: 'Lyon', tags: ['a'] },
  });
  expect(await ctx.db.one(sql`select count(*) as count from inbox`)).toEqual({ count: 0 });
});

test('an event sent again the next day is still known', async () => {
  const order = eventOf('bea', 'Order Completed', { now: ctx.clock.now() });
  await accept(ctx, [order]);
  await drain(ctx);
  ctx.clock.advance(20 * 3_600_000);
  await accept(ctx, [order]);
  await drain(ctx);
  expect((await histories(ctx)).bea).toEqual(['Order Completed']);
});

test('an event that an engine with a fast clock has taken is known to one whose clock is right', async () => {
  const order = eventOf('ben', 'Order Completed', { now: ctx.clock.now() });
  const midnight = Math.ceil(ctx.clock.now() / 86_400_000) * 86_400_000;
  for (const at of [midnight + 5, midnight - 5]) {
    await accept(ctx, [order]);
    await drain({ ...ctx, clock: manualClock(at) });
  }
  expect((await histories(ctx)).ben).toEqual(['Order Completed']);
});

test('null clears a trait, and of the past only what is not known is taken', async () => {
  const at = ctx.clock.now();
  await accept(ctx, [
    eventOf('cai', 'Identify', { now: at, traits: { tier: 'gold', city: 'Ulm', phone: '+4915112345678' } }),
    eventOf('cai', 'Identify', { now: at, traits: { city: null, email: 'not an address' } }),
    eventOf('cai', 'Identify', { now: at, historical: true, traits: { tier: 'none', shoe: 43 } }),
  ]);
  await drain(ctx);
  const profile = await ctx.db.one(sql`
    select email, phone, traits from profile p join identity i on i.profile_bucket = p.bucket and i.profile_id = p.profile_id
    where i.value = 'cai'`);
  expect(profile).toEqual({ email: null, phone: '+4915112345678', traits: { tier: 'gold', shoe: 43 } });
});

test('a timer of a rule that is gone goes off once more and leaves nothing to do', async () => {
  const audience = { kind: 'audience', key: 'lately', rule: { event: 'Order Completed', within: '1d' } };
  await applyDefinitions(ctx, { documents: [plainDocument(audience)], publish: true, dryRun: false });
  await accept(ctx, [eventOf('dan', 'Order Completed', { now: ctx.clock.now() })]);
  await drain(ctx);
  await archiveDefinition(ctx, 'audience', 'lately');
  await drain(ctx);
  ctx.clock.advance(2 * 86_400_000);
  await processBuckets(ctx);
  expect(await processBuckets(ctx)).toMatchObject({ idle: true });
});
