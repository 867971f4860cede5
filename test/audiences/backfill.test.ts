// Three ways to one membership: the SQL of a rule, states filled for everybody at once, and the same states folded event by event.
// Set RULES_SEED to repeat a run and RULES_RUNS to hunt longer.
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { TableDefinition } from '../../src/core/data/index.ts';
import { BUCKETS, type Instant } from '../../src/core/kernel/index.ts';
import { foldEvent, MetricStates, streamingProblems } from '../../src/core/metrics/index.ts';
import { compileClosure, type Facts, Rule } from '../../src/core/rules/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { bringUp, loadLive, raiseEpoch, refold, type StatesByPerson } from '../../src/services/live/index.ts';
import { kindredRules, profileRule } from '../rules/rules.ts';
import { CATALOG, factsOf, NOW, storeWorld, TABLES, worldArbitrary } from '../rules/world.ts';
import { createTestContext } from '../support/context.ts';

const seed = Number(process.env.RULES_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Math.ceil(Number(process.env.RULES_RUNS ?? 60) / 30);
const RULES_PER_ROUND = 12;
const ALL = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

const ctx = await createTestContext();
afterAll(() => ctx.close());

const streams = (rule: Rule) => streamingProblems(rule, CATALOG).length === 0;
const streaming = profileRule.filter(streams);

async function publish(rules: readonly Rule[]): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`delete from definition`);
    const definitions = [
      ...rules.map((rule, index) => ({ kind: 'audience', key: `rule-${index}`, rule })),
      ...[...(CATALOG.audienceRules ?? [])].map(([key, rule]) => ({ kind: 'audience', key, rule })),
      ...TABLES.map((table) => TableDefinition.parse(table)),
      ...CATALOG.campaigns.map((key) => ({ kind: 'campaign', key })),
    ];
    for (const definition of definitions) {
      await tx.execute(sql`
        insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
        values (${definition.kind}, ${definition.key}, 1, 'published', ${JSON.stringify(definition)}, ${new Date(NOW)}, ${new Date(NOW)}, ${new Date(NOW)})`);
    }
    await raiseEpoch(tx);
  });
}

async function bringAllUp(now: Instant): Promise<void> {
  const live = await loadLive(ctx.db);
  // Two halves, as two workers would.
  for (const buckets of [ALL.slice(0, 3), ALL.slice(3)]) {
    await ctx.db.transaction((tx) => bringUp(tx, { buckets, live, now }));
  }
}

type Stored = {
  profile_id: number;
  metrics: Readonly<Record<string, unknown>>;
  audiences: Record<string, number>;
  wake_at: Date | null;
};

async function storedStates(): Promise<Map<number, Stored>> {
  const rows = await ctx.db.query<Stored>(sql`select profile_id, metrics, audiences, wake_at from profile_state`);
  return new Map(rows.map((row) => [row.profile_id, row]));
}

async function membersOf(): Promise<Set<string>> {
  const rows = await ctx.db.query<{ key: string; profile_id: number }>(
    sql`select audience_key as key, profile_id from audience_member where audience_key <> 'saved'`,
  );
  return new Set(rows.map((row) => `${row.key} ${row.profile_id}`));
}

/** Instants at which something may be different, some far away. */
const LATER = [0, 1, 6 * 3_600_000, 6 * 3_600_000 + 1, 86_400_000, 3 * 86_400_000, 40 * 86_400_000, 400 * 86_400_000];

type Compared = {
  readonly people: readonly Facts[];
  readonly stored: ReadonlyMap<number, Stored>;
  readonly refolded: StatesByPerson;
  readonly live: Awaited<ReturnType<typeof loadLive>>;
};

function compareStates({ people, stored, refolded, live }: Compared): void {
  for (const [index, facts] of people.entries()) {
    const state = stored.get(index + 1);
    const filled = MetricStates.of(state?.metrics ?? {});
    const anew = refolded.get(`${index % 7}/${index + 1}`) ?? MetricStates.none;
    const external = Object.entries(state?.metrics ?? {}).filter(([id]) => live.externals.has(id));
    let folded = MetricStates.of(Object.fromEntries(external));
    for (const event of facts.events) {
      folded = foldEvent(live.metricsByEvent.get(event.name) ?? [], folded, event, NOW).states;
    }
    for (const audience of live.audiences.all) {
      for (const wait of LATER) {
        const now = NOW + wait;
        const answer = audience.rule.test(facts, folded, now);
        const asleep = !state?.wake_at || state.wake_at.getTime() > now;
        const differs =
          audience.rule.test(facts, filled, now) !== answer ||
          audience.rule.test(facts, anew, now) !== answer ||
          (asleep && audience.rule.test(facts, folded, NOW) !== answer);
        if (differs) {
          const rule = JSON.stringify(live.catalog.audienceRules?.get(audience.key));
          throw new Error(`${index + 1} after ${wait} ms (asleep: ${asleep}): ${rule}, ${JSON.stringify(filled)}`);
        }
      }
    }
  }
}

for (const [round, world] of fc.sample(worldArbitrary, { numRuns: rounds, seed }).entries()) {
  test(`filling, folding and SQL agree, before and after the rules change (world ${round + 1}, seed ${seed})`, async () => {
    await ctx.db.execute(sql`truncate profile_state, audience_change, live_rule`);
    await ctx.db.execute(sql`delete from audience_member`);
    await storeWorld(ctx, world);
    const { people } = factsOf(world);
    const rules = fc
      .sample(streaming, { numRuns: 2 * RULES_PER_ROUND, seed: seed + round })
      .map((rule) => Rule.parse(rule));
    const kindred = fc.sample(kindredRules, { numRuns: 3, seed: seed + round });
    const [few = [], more = [], others = []] = kindred.map((each) =>
      each.map((rule) => Rule.parse(rule)).filter(streams),
    );
    const half = [...rules.slice(0, RULES_PER_ROUND), ...few, ...more.slice(0, 1)];
    // The second time some rules stay, some are gone, some mean something else under the same key.
    for (const chosen of [
      half,
      [...half.slice(0, 4), ...rules.slice(RULES_PER_ROUND), ...more, ...others],
      half.slice(2),
    ]) {
      await publish(chosen);
      await bringAllUp(NOW);
      const live = await loadLive(ctx.db);
      expect(live.audiences.all.length).toBeGreaterThanOrEqual(chosen.length);
      const members = await membersOf();
      const stored = await storedStates();
      for (const [index, facts] of people.entries()) {
        for (const { key } of live.audiences.all) {
          const holds = compileClosure({ audience: key }, live.catalog)(facts, NOW);
          const told = [members.has(`${key} ${index + 1}`), stored.get(index + 1)?.audiences[key] !== undefined];
          if (told.some((one) => one !== holds)) {
            throw new Error(
              `${index + 1}: ${told}, not ${holds}: ${JSON.stringify(live.catalog.audienceRules?.get(key))}`,
            );
          }
        }
      }
      expect([...members].every((member) => live.audiences.all.some(({ key }) => member.startsWith(`${key} `)))).toBe(
        true,
      );
      const places = people.map((_facts, index) => ({ bucket: index % 7, profileId: index + 1 }));
      const refolded = await ctx.db.transaction((tx) => refold(tx, { people: places, live, now: NOW }));
      compareStates({ people, stored, refolded, live });
    }
  }, 60_000);
}
