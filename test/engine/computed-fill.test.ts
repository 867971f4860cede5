// Two ways to one computed trait: states and traits that the database makes for everybody at once, and the history folded person by person.
// Set RULES_SEED to repeat a run and RULES_RUNS to hunt longer.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUCKETS, type Json } from '../../src/core/kernel/index.ts';
import { MetricStates } from '../../src/core/metrics/index.ts';
import { ensureMonthPartitions, sql } from '../../src/platform/sql/index.ts';
import { drain, processBuckets } from '../../src/services/engine/index.ts';
import { bringUp, loadLive, raiseEpoch, refold } from '../../src/services/live/index.ts';
import { getProfile } from '../../src/services/profiles/index.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf } from './events.ts';

const seed = Number(process.env.RULES_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Math.ceil(Number(process.env.RULES_RUNS ?? 100) / 25);
const ALL = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PEOPLE = 40;

const ctx = await createTestContext();
afterAll(() => ctx.close());
const NOW = ctx.clock.now();

/** As they may stand in the text of an event: numbers of which a database knows more digits than a double, and no numbers. */
const VALUES = [
  ...[
    '0',
    '-0',
    '0.1',
    '0.2',
    '0.30000000000000004',
    '1.50',
    '-1.5',
    '3',
    '3.0',
    '-7',
    '1e2',
    '1e-7',
    '1e21',
    '-1e-300',
  ],
  ...['9007199254740993', '12345678901234567890.123456789', '0.1000000000000000055511151231257827', '5e-324', '1e-400'],
  ...['1.7976931348623157e308', '1.79769313486231580e308', '1e400', '-1e400', '1e-320'],
  ...['null', 'true', 'false', '""', '"a"', '"b"', '"3"', '"0.1"', '"\\ud83d\\ude00"', '"\\uffee"', '"\\"quoted\\\\"'],
  ...['[]', '[3]', '[1, 2]', '{}', '{"b": 2}', '{"b": [4]}', '{"b": "x"}', '{"b": 0.12345678901234567890}', '{"1": 6}'],
];
/** Of the plain ones more: there ties and sums come about. */
const value = fc.oneof(
  { arbitrary: fc.constantFrom('1', '2', '0.1', '0.25', '-3', '"a"', '"b"', 'true'), weight: 3 },
  { arbitrary: fc.constantFrom(...VALUES), weight: 2 },
  { arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => JSON.stringify(one)), weight: 1 },
);
const event = fc.record({
  name: fc.constantFrom('Paid', 'Paid', 'Seen'),
  /** Few moments, so that several happen at once; some are still to come. */
  ago: fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 60 }).map((hours) => hours * HOUR_MS), weight: 8 },
    {
      arbitrary: fc.constantFrom(-1, 0, 1, -HOUR_MS, 6 * HOUR_MS - 1, 6 * HOUR_MS, 6 * HOUR_MS + 1, 90 * DAY_MS),
      weight: 2,
    },
  ),
  properties: fc.record({ a: value, b: value, k: fc.constantFrom('1', '2', '0.1', '"a"') }, { requiredKeys: [] }),
});
const histories = fc.array(
  // Only some have what is still to come, which all of the database's way is closed to.
  fc
    .tuple(fc.array(event, { maxLength: 12 }), fc.boolean())
    .map(([events, future]) => events.filter(({ ago }) => future || ago >= 0)),
  { minLength: PEOPLE, maxLength: PEOPLE },
);

const path = fc.constantFrom('a', 'b', 'a.b', 'a.0', 'a.-1', 'a.b.0');
const aggregate = fc.oneof(
  fc.constant({ count: true }),
  ...['sum', 'average', 'min', 'max', 'distinct', 'most_frequent'].map((kind) => path.map((of) => ({ [kind]: of }))),
  ...['first', 'last'].map((kind) => fc.oneof(path, fc.constant(true)).map((of) => ({ [kind]: of }))),
);
const trait = fc
  .record({
    event: fc.constantFrom<string | string[]>('Paid', ['Paid', 'Seen']),
    where: fc.constantFrom<object | undefined>(undefined, undefined, { k: 1 }, { k: { gt: 0.1 } }, { k: { ne: 'a' } }),
    within: fc.constantFrom(undefined, '6h', '2d', '30d'),
    aggregate,
  })
  .map(({ event: name, where, within, aggregate: made }) => ({
    event: name,
    ...(where === undefined ? {} : { where }),
    ...(within === undefined ? {} : { within }),
    ...made,
  }));

async function store(world: typeof histories extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  const at = new Date(NOW);
  await ctx.db.execute(sql`truncate profile_state, live_rule, inbox`);
  await ctx.db.execute(sql`delete from event`);
  await ctx.db.execute(sql`delete from profile`);
  // Some have other values under the names of the traits, some a state already.
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, traits, created_at, updated_at)
    select i % 7, i, case when i % 3 = 0 then '{"t0": {"b": 2, "c": 3}, "t1": [1, 2, 3], "own": 1}' else '{"own": 1}' end::jsonb, ${at}, ${at}
    from generate_series(1, ${PEOPLE}::int) i`);
  await ctx.db.execute(sql`
    insert into profile_state (bucket, profile_id, metrics) select i % 7, i, '{"other":[1]}' from generate_series(1, ${PEOPLE}::int, 2) i`);
  const rows = world.flatMap((events, index) =>
    events.map(({ name, ago, properties }) => {
      const members = Object.entries(properties).map(([key, text]) => `"${key}": ${text}`);
      return { id: index + 1, name, at: new Date(NOW - ago).toISOString(), body: `{${members.join(', ')}}` };
    }),
  );
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, event_id, name, properties, source, received_at)
    select id % 7, id, at, nextval('event_id_seq'), name, body, 'test', ${at}
    from unnest(${rows.map(({ id }) => id)}::int[], ${rows.map(({ name }) => name)}::text[], ${rows.map((row) => row.at)}::timestamptz[],
      ${rows.map(({ body }) => body)}::jsonb[]) with ordinality r (id, name, at, body, place) order by place`);
}

async function publish(traits: readonly object[]): Promise<void> {
  const at = new Date(NOW);
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`delete from definition where kind = 'computed-trait'`);
    for (const [index, made] of traits.entries()) {
      const body = JSON.stringify({ kind: 'computed-trait', key: `t${index}`, ...made });
      await tx.execute(sql`
        insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
        values ('computed-trait', ${`t${index}`}, 1, 'published', ${body}::jsonb, ${at}, ${at}, ${at})`);
    }
    await raiseEpoch(tx);
  });
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value) ?? 'null') as Json;

for (const [round, world] of fc.sample(histories, { numRuns: rounds, seed }).entries()) {
  test(`what the database makes is what folding makes (world ${round + 1}, seed ${seed})`, async () => {
    await ensureMonthPartitions(
      ctx.db,
      'event',
      world.flat().map(({ ago }) => NOW - ago),
    );
    await store(world);
    const traits = fc.sample(trait, { numRuns: 36, seed: seed + round });
    // First some, then others, of which some were there and some have another meaning.
    for (const chosen of [
      traits.slice(0, 16),
      [...traits.slice(0, 4), ...traits.slice(16), traits[3] ?? {}],
      traits.slice(2, 9),
    ]) {
      await publish(chosen);
      const live = await loadLive(ctx.db);
      for (const buckets of [ALL.slice(0, 3), ALL.slice(3)]) {
        await ctx.db.transaction((tx) => bringUp(tx, { buckets, live, now: NOW }));
      }
      const people = Array.from({ length: PEOPLE }, (_, index) => ({ bucket: (index + 1) % 7, profileId: index + 1 }));
      const folded = await ctx.db.transaction((tx) => refold(tx, { people, live, now: NOW }));
      const stored = await ctx.db.query<{
        id: number;
        traits: Record<string, Json>;
        metrics: Record<string, unknown> | null;
        wake: Date | null;
      }>(sql`
        select p.profile_id as id, p.traits, s.metrics, s.wake_at as wake
        from profile p left join profile_state s using (bucket, profile_id) order by 1`);
      expect(live.computed).toHaveLength(chosen.length);
      for (const { id, traits: has, metrics, wake } of stored) {
        const states = folded.get(`${id % 7}/${id}`) ?? MetricStates.none;
        const wanted: Record<string, Json> = { own: 1 };
        for (const one of live.computed) {
          const about = `${JSON.stringify(chosen[Number(one.name.slice(1))])} of ${JSON.stringify(world[id - 1])}`;
          const state = states.get(one.id);
          expect(plain(metrics?.[one.id]), about).toEqual(plain(state));
          const made = one.value(state, NOW);
          if (made !== undefined) wanted[one.name] = plain(made);
          const next = one.nextChange(state, NOW);
          if (next !== undefined) expect(wake?.getTime(), about).toBeLessThanOrEqual(next);
        }
        expect(plain(has), JSON.stringify(world[id - 1])).toEqual(plain(wanted));
      }
    }
  }, 60_000);
}

describe('beside the running engine', () => {
  const other = 1_000_000;
  beforeAll(async () => {
    await publish([]);
    await store(Array.from({ length: PEOPLE }, () => []));
    await drain(ctx);
  });

  /** So many events of one person, an hour apart, straight into the history. */
  async function happened(id: number, name: string, count: number, properties: string): Promise<void> {
    const at = new Date(ctx.clock.now());
    await ensureMonthPartitions(
      ctx.db,
      'event',
      Array.from({ length: 4 }, (_, month) => ctx.clock.now() - month * 30 * DAY_MS),
    );
    await ctx.db.execute(sql`
      insert into profile (bucket, profile_id, created_at, updated_at) values (${id % 7}, ${id}, ${at}, ${at}) on conflict do nothing`);
    await ctx.db.execute(sql`
      insert into event (bucket, profile_id, occurred_at, event_id, name, properties, source, received_at)
      select ${id % 7}, ${id}, ${at}::timestamptz - i * interval '1 hour', nextval('event_id_seq'), ${name},
        replace(${properties}, '$', i::text)::jsonb, 'test', ${at}
      from generate_series(1, ${count}::int) i`);
  }
  const traitsOf = async (id: number) => {
    const { traits } = await ctx.db.one<{ traits: Record<string, Json> }>(
      sql`select traits from profile where bucket = ${id % 7} and profile_id = ${id}`,
    );
    return traits;
  };

  test('who did more than is remembered, or had more values, has the trait at once all the same', async () => {
    await happened(other, 'Walked', 1_200, '{"steps": 0.1, "way": "w$", "last": {"way": $}}');
    await publish([
      { event: 'Walked', within: '90d', sum: 'steps' },
      { event: 'Walked', distinct: 'way' },
      { event: 'Walked', within: '90d', count: true },
      { event: 'Walked', last: 'last' },
    ]);
    await drain(ctx);
    expect(await traitsOf(other)).toEqual({ t0: 120, t1: 1_200, t2: 1_200, t3: { way: 1 } });
  });

  test('more traits than one statement fills come at once', async () => {
    await happened(other + 1, 'Sang', 3, '{"song": $}');
    const kinds = ['sum', 'average', 'min', 'max', 'distinct', 'most_frequent', 'first', 'last'];
    const many = Array.from({ length: 90 }, (_, index) => ({
      event: 'Sang',
      within: `${10 + index}d`,
      [kinds[index % kinds.length] ?? '']: 'song',
    }));
    await publish(many);
    await drain(ctx);
    const wanted = [6, 2, 1, 3, 3, 1, 3, 1];
    const expected = Object.fromEntries(many.map((_, index) => [`t${index}`, wanted[index % kinds.length]]));
    expect(await traitsOf(other + 1)).toEqual(expected);
  });

  test('a value that lies within the one before takes its place', async () => {
    await happened(other + 2, 'Packed', 1, '{"box": {"a": [1, 2]}}');
    const definition = { event: 'Packed', last: 'box' };
    await publish([definition]);
    await drain(ctx);
    await ctx.db.execute(sql`
      update profile set traits = '{"t0": {"a": [1, 2]}, "t1": {"a": [1, 2, 3], "b": 1}}' where profile_id = ${other + 2}`);
    // What is remembered is there already.
    await publish([definition, definition]);
    await drain(ctx);
    const box = { a: [1, 2] };
    expect(await traitsOf(other + 2)).toEqual({ t0: box, t1: box });
  });

  test('what comes late while it fills counts once, also where a worker dies over it', async () => {
    const people = Array.from({ length: 60 }, (_, index) => `late-${index}`);
    const order = (who: string, ago: number, total: number) =>
      eventOf(who, 'Ordered', { now: ctx.clock.now(), occurredAt: ctx.clock.now() - ago, properties: { total } });
    await accept(
      ctx,
      people.map((who) => order(who, 0, 1)),
    );
    await drain(ctx);
    await publish([
      { event: 'Ordered', within: '30d', sum: 'total' },
      { event: 'Ordered', count: true },
    ]);
    await accept(
      ctx,
      people.map((who) => order(who, DAY_MS, 0.1)),
    );
    const live = await loadLive(ctx.db);
    const dying = ctx.db.transaction(async (tx) => {
      await bringUp(tx, { buckets: ALL, live, now: ctx.clock.now() });
      throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    for (const buckets of [ALL.slice(0, 100), ALL.slice(100)]) {
      await ctx.db.transaction((tx) => bringUp(tx, { buckets, live, now: ctx.clock.now() }));
      await accept(
        ctx,
        people.map((who) => order(who, 2 * DAY_MS, 0.2)),
      );
      while (!(await processBuckets(ctx, { buckets })).idle);
    }
    await drain(ctx);
    for (const who of people) {
      const { traits } = await getProfile(ctx, 'user_id', who);
      expect(traits).toMatchObject({ t0: 1.5, t1: 4 });
    }
  });
});
