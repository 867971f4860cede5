import { afterAll, expect, test } from 'vitest';
import type { EventItem } from '../../src/core/engine/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf, histories } from './events.ts';

const ctx = await createTestContext();
const now = ctx.clock.now();
afterAll(() => ctx.close());

const names = Array.from({ length: 40 }, (_, n) => `p-${n}`);

test('an item that breaks a statement is put aside with the error, and everybody else goes on', async () => {
  // Such text never passes ingestion; whatever else may break a statement does it in the same way.
  const broken = (name: string): EventItem => eventOf(name, 'Broken', { now, properties: { text: 'a\0b' } });
  const events = names.flatMap((name, n) => [
    eventOf(name, 'Before', { now }),
    ...(n % 17 === 3 ? [broken(name)] : []),
    eventOf(name, 'After', { now: now + 1 }),
  ]);
  await accept(ctx, events);
  await drain(ctx);
  const stored = await histories(ctx);
  expect(stored).toEqual(Object.fromEntries(names.map((name) => [name, ['Before', 'After']])));
  const letters = await ctx.db.query<{ reason: string; detail: string; body: string }>(
    sql`select reason, detail, body from dead_letter`,
  );
  expect(letters).toHaveLength(3);
  for (const { reason, detail, body } of letters) {
    expect(reason).toBe('not_processable');
    expect(detail).toMatch(/unicode/i);
    expect(JSON.parse(body)).toMatchObject({ kind: 'event', name: 'Broken' });
  }
  expect(await ctx.db.query(sql`select * from inbox`)).toEqual([]);
});

test('an item that breaks a decision is put aside, and what follows of the same person is processed', async () => {
  const shapeless = { ...eventOf('q-1', 'Shapeless', { now }), traits: null } as unknown as EventItem;
  const fine = eventOf('q-1', 'Fine', { now });
  await accept(ctx, [shapeless, fine]);
  await drain(ctx);
  expect((await histories(ctx))['q-1']).toEqual(['Fine']);
  const letters = await ctx.db.query(sql`select reason from dead_letter where body like '%Shapeless%'`);
  expect(letters).toEqual([{ reason: 'not_processable' }]);
  // Its message id is free again: what was put right can be sent under the same one.
  await accept(ctx, [{ ...shapeless, traits: {} }]);
  await drain(ctx);
  expect((await histories(ctx))['q-1']).toEqual(['Fine', 'Shapeless']);
});

test('a profile takes a thousand traits and no more, and keeps those that it has', async () => {
  const traits = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${from + n}`, n]));
  await accept(ctx, [eventOf('r-1', 'Identify', { now, traits: traits(0, 900) })]);
  await drain(ctx);
  await accept(ctx, [eventOf('r-1', 'Identify', { now, traits: { ...traits(900, 500), t0: 'changed' } })]);
  await drain(ctx);
  const row = await ctx.db.one(sql`
    select (select count(*) from jsonb_object_keys(traits)) as count, traits ->> 't0' as first
    from profile p join identity i on i.profile_bucket = p.bucket and i.profile_id = p.profile_id where i.value = 'r-1'`);
  expect(row).toEqual({ count: 1_000, first: 'changed' });
});
