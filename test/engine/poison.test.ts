import { afterAll, expect, test } from 'vitest';
import type { EventItem } from '../../src/core/engine/index.ts';
import { bucketOf } from '../../src/platform/crypto.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain, processBuckets } from '../../src/services/engine/index.ts';
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

/** So many people whose inbox is the same. */
function neighbours(count: number): string[] {
  const home = bucketOf('user_id', 'n-0');
  const all = Array.from({ length: 256 * count * 4 }, (_, n) => `n-${n}`);
  return all.filter((name) => bucketOf('user_id', name) === home).slice(0, count);
}

test('what breaks is put aside and nothing else, also when another engine has just put it aside', async () => {
  const [bad = '', good = ''] = neighbours(2);
  await accept(ctx, [eventOf(bad, 'Broken', { now, properties: { text: 'a\0b' } })]);
  let failures = 0;
  // The first turn fails, then the one over the item alone; before it is put aside, another engine has done that, and the next has come.
  const transaction: typeof ctx.db.transaction = async (work, options) => {
    try {
      return await ctx.db.transaction(work, options);
    } catch (error) {
      failures += 1;
      if (failures === 2) {
        await drain(ctx);
        await accept(ctx, [eventOf(good, 'Next', { now })]);
      }
      throw error;
    }
  };
  await processBuckets({ ...ctx, db: { ...ctx.db, transaction } }, { itemsMax: 1 });
  expect(failures).toBe(2);
  await drain(ctx);
  expect((await histories(ctx))[good]).toEqual(['Next']);
  const letters = await ctx.db.query<{ body: string }>(sql`select body from dead_letter`);
  expect(letters.map(({ body }) => JSON.parse(body).name)).not.toContain('Next');
});

test('a timer that breaks ends its own instance, with its counters, and nobody else', async () => {
  const journey = (key: string) => ({
    kind: 'journey',
    key,
    entry: { event: `Enter ${key}` },
    start: 'rest',
    max_inside: 10,
    steps: {
      rest: { type: 'wait', for: '1h', next: 'mark' },
      mark: { type: 'update-profile', set: { note: '{{ entry.note }}' } },
    },
  });
  const documents = [journey('sound'), journey('unreadable')].map(plainDocument);
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
  const [first = '', broken = '', unreadable = '', last = ''] = neighbours(4);
  const entering = [first, broken, unreadable, last].map((name, n) => {
    const key = name === unreadable ? 'unreadable' : 'sound';
    return eventOf(name, `Enter ${key}`, { now: ctx.clock.now() + n, properties: { note: `note of ${name}` } });
  });
  await accept(ctx, entering);
  await drain(ctx);
  // No event can bring this; whatever else may break a statement does it in the same way.
  await ctx.db.execute(sql`
    update journey_instance set body = replace(body::text, ${`note of ${broken}`}, ${'a\\u0000b'})::json`);
  await ctx.db.execute(sql`update journey_instance set body = '{}' where journey_key = 'unreadable'`);
  // Everybody has a clock of their own beside it, which breaks nothing.
  const wakeAt = new Date(ctx.clock.now() + 1_000);
  await ctx.db.execute(sql`
    insert into profile_state (bucket, profile_id, wake_at)
    select bucket, profile_id, ${wakeAt} from journey_instance
    on conflict (bucket, profile_id) do update set wake_at = excluded.wake_at`);
  ctx.clock.advance(2 * 3_600_000);
  await drain(ctx);
  const ended = await ctx.db.query(sql`
    select value as name, end_reason as reason, traits ->> 'note' as note, i.nodes, i.wake_at, s.wake_at as clock
    from journey_instance i join identity using (profile_id) join profile p on p.profile_id = i.profile_id
      join profile_state s on s.profile_id = i.profile_id
    order by i.instance_id`);
  const still = { nodes: null, wake_at: null, clock: null };
  expect(ended).toEqual([
    { name: first, reason: 'finished', note: `note of ${first}`, ...still },
    { name: broken, reason: 'error', note: null, ...still },
    { name: unreadable, reason: 'error', note: null, ...still },
    { name: last, reason: 'finished', note: `note of ${last}`, ...still },
  ]);
  const slots = await ctx.db.query(sql`select name, taken from journey_slot where name like '%sound%'`);
  expect(slots).toEqual([{ name: 'journey/sound/inside', taken: 0 }]);
  const { findings } = await examine(ctx);
  expect(findings.filter((one) => !JSON.stringify(one).includes('unreadable'))).toEqual([]);
});
