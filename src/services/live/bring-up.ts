// Owns: bringing buckets up to the rules in force: states and memberships of everybody in them, set by set.
// Does not own: the locks of the buckets (the engine holds them), what rules mean.
// Invariants: 1. nobody else folds events of these people meanwhile, so that what the history says now is what the states say
// afterwards; 2. filling twice is the same as filling once; 3. whoever time may move has a `wake_at` that is not later than that.
import type { Catalog } from '../../core/data/index.ts';
import { PROFILES } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { MetricStates } from '../../core/metrics/index.ts';
import { type Facts, NO_ROWS, type Rule } from '../../core/rules/index.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { populationQuery } from '../rules/index.ts';
import { fillComputed, looksAt } from './fill-computed.ts';
import { fillMetrics } from './fill-metrics.ts';
import type { LiveRules } from './live-rules.ts';
import { type ChangedRule, selectChangedRules, selectLowestEpoch, setEpoch } from './store.ts';
import { dropStates, type FoldedState, layStates, prepareForFilling } from './store-backfill.ts';
import { clearMembers, replaceAnswers, replaceMembers, streamPeople, type TimedPerson } from './store-members.ts';

const BATCH_ROWS = 5_000;

type BringUp = { readonly buckets: readonly number[]; readonly live: LiveRules; readonly now: Instant };

/**
 * Brings buckets that the caller has locked up to `live`: the states of metrics that are new, the members of audiences that are new or
 * changed; what is gone goes. Sets their `bucket.epoch`. Audiences that are filled so trigger nothing; what a changed rule moves is
 * kept as a change with the cause `rule`.
 */
export async function bringUp(tx: Transaction, { buckets, live, now }: BringUp): Promise<void> {
  const changed = await selectChangedRules(tx, await selectLowestEpoch(tx, buckets));
  if (changed.length > 0) await fill(tx, changed, { buckets, live, now });
  await setEpoch(tx, buckets, live.epoch);
}

async function fill(tx: Transaction, changed: readonly ChangedRule[], input: BringUp): Promise<void> {
  const { buckets, live } = input;
  await prepareForFilling(tx);
  const ids = (kind: ChangedRule['kind']) =>
    new Set(changed.filter((rule) => rule.kind === kind && !rule.gone).map((rule) => rule.id));
  const audiences = live.audiences.all.filter(({ key }) => ids('audience').has(key));
  const metrics = new Map([...live.metrics].filter(([id]) => ids('metric').has(id)));
  // Metrics of an audience that is new to them: its people have to wake for it as well.
  for (const { rule } of audiences) for (const metric of rule.metrics) metrics.set(metric.id, metric);
  const forgotten = changed.flatMap(({ kind, id, gone }) =>
    gone && (kind === 'metric' || kind === 'external') ? id : [],
  );
  const traits = ids('computed');
  const told = looksAt(live, traits);
  const laid = await fillMetrics(tx, [...metrics.values()], { ...input, gone: forgotten, traits, told });
  if (forgotten.length > 0) await dropStates(tx, { buckets, gone: forgotten });
  await fillAnswers(tx, ids('external'), input);
  const dropped = changed.filter((rule) => rule.kind === 'computed' && rule.gone).map((rule) => rule.id);
  // Before the audiences, whose rules may look at these traits.
  await fillComputed(tx, { changed: traits, gone: new Set(dropped), laid }, input);
  const gone = changed.filter((rule) => rule.kind === 'audience' && rule.gone).map((rule) => rule.id);
  if (gone.length > 0) await clearMembers(tx, buckets, gone);
  const known = new Set(changed.filter((rule) => rule.kind === 'audience' && rule.known).map((rule) => rule.id));
  if (known.size > 0) await ensureMonthPartitions(tx, 'audience_change', [input.now]);
  for (const { key } of audiences) {
    const population = populationOf({ audience: key }, input);
    await replaceMembers(tx, { ...input, key, population, recorded: known.has(key) });
  }
  const clocks = audiences.flatMap(({ rule }) => rule.nextTraitChange ?? []);
  if (clocks.length > 0) await wakeByTraits(tx, clocks, input);
}

function populationOf(rule: Rule, { buckets, live, now }: BringUp) {
  const catalog: Catalog = live.catalog;
  return populationQuery({ rule, catalog, on: PROFILES, among: { buckets }, now });
}

async function fillAnswers(tx: Transaction, ids: ReadonlySet<string>, input: BringUp): Promise<void> {
  for (const [id, { rule, otherwise }] of input.live.externals) {
    if (!ids.has(id)) continue;
    const population = populationOf(otherwise ? { none: [rule] } : rule, input);
    await replaceAnswers(tx, { id, population, otherwise, buckets: input.buckets });
  }
}

type Clock = (facts: Facts, now: Instant) => Instant | undefined;

/** Whoever a trait may move by time alone is looked at then. */
async function wakeByTraits(tx: Transaction, clocks: readonly Clock[], { buckets, now }: BringUp): Promise<void> {
  for await (const people of streamPeople(tx, buckets, BATCH_ROWS)) {
    const timed = people.flatMap((person): FoldedState[] => {
      const facts = traitFacts(person);
      const turns = clocks.flatMap((clock) => clock(facts, now) ?? []);
      if (turns.length === 0) return [];
      return [
        { bucket: person.bucket, profileId: person.profileId, states: MetricStates.none, wakeAt: Math.min(...turns) },
      ];
    });
    if (timed.length > 0) await layStates(tx, { rows: timed, ids: [] });
  }
}

function traitFacts(person: TimedPerson): Facts {
  const { email, phone, locale, time_zone, traits, created_at, updated_at } = person;
  return {
    profile: { email, phone, locale, time_zone, created_at: created_at.getTime(), updated_at: updated_at.getTime() },
    traits,
    events: [],
    rows: NO_ROWS,
    audiences: new Set(),
    consents: [],
    messages: [],
    reactions: [],
    suppressed: new Set(),
  };
}
