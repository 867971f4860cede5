// Owns: one turn of the engine: from locked buckets to a commit.
// Does not own: what anything means (core/engine decide), identity (services/identity), the compiled rules (services/live).
// Invariants: 1. a turn is one transaction that holds the locks of its buckets; 2. an item is deleted in the transaction that applies
// it; 3. the number of statements does not depend on the number of items; 4. nobody is told of anything before the commit; 5. statements
// that do not need each other's answers are sent together.
import { withoutAddresses } from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions, type OwnTransaction, type Transaction } from '../../platform/sql/index.ts';
import { type ResolvedItem, resolveEvents } from '../identity/index.ts';
import { type LiveRules, loadLive, recentLive } from '../live/index.ts';
import { decideTurn } from './decide-turn.ts';
import { dropRepeated } from './drop-repeated.ts';
import { gatherPeople } from './gather-people.ts';
import type { IdPool } from './id-pool.ts';
import { saveTurn, type TurnSignals } from './save-turn.ts';
import { ensureDayPartitions } from './store-seen.ts';
import {
  beginTurn,
  type InboxRow,
  lockBuckets,
  type Place,
  readDue,
  readEpoch,
  takeItems,
  takeThese,
} from './store-turn.ts';

export type TurnTools = {
  readonly ctx: Context;
  readonly instanceIds: IdPool;
  readonly messageIds: IdPool;
  /** Sends of steps that are known to exist, by step. */
  readonly sends: Map<string, number>;
  /** How many items were put aside since a turn last went through. */
  readonly faults: { inRow: number };
  /** How long the server waits for a worker that is silent in the middle of a turn before it ends the turn. */
  readonly silenceMs: number;
};

/** An item of an inbox, or a person whose time has come. */
export type TurnPart =
  | { readonly kind: 'item'; readonly inboxId: number }
  | { readonly kind: 'person'; readonly place: Place };

export type TurnInput = {
  /** Buckets to work on; those that somebody else holds are left out. */
  readonly buckets: readonly number[];
  /** 0: no items, only time. */
  readonly itemsPerBucket: number;
  /** People whose time has come, per bucket and kind of timer; 0: only items. */
  readonly duePerBucket: number;
  /** These and nothing else; there is one bucket then. */
  readonly only?: readonly TurnPart[];
  readonly now: Instant;
};

export type TurnOutcome = {
  /** The buckets that were ours. */
  readonly buckets: readonly number[];
  /** Those that may have more of what the turn took. */
  readonly unfinished: readonly number[];
  readonly items: number;
  readonly due: number;
  /** The earliest timer that it set. */
  readonly nextWake: Instant | undefined;
};

/** The rules changed while the turn began; it has not begun. */
const STALE = Symbol('stale');
const NOTHING: TurnOutcome = { buckets: [], unfinished: [], items: 0, due: 0, nextWake: undefined };

/** One turn. What it resolves to is committed; when it throws, nothing has happened. */
export async function runTurn(tools: TurnTools, input: TurnInput): Promise<TurnOutcome> {
  const { ctx } = tools;
  await ensureDayPartitions(ctx.db, input.now);
  await ensureMonthPartitions(ctx.db, 'audience_change', [input.now]);
  await ensureMonthPartitions(ctx.db, 'journey_step', [input.now]);
  for (let live = recentLive(ctx.db) ?? (await loadLive(ctx.db)); ; live = await loadLive(ctx.db)) {
    const signals: TurnSignals = new Set();
    const sendsMade = new Map<string, number>();
    const running = { ...input, live, signals, sendsMade };
    const outcome = await ctx.db.transaction((tx) => turn(tx, tools, running), { pipelined: true, prompt: true });
    if (outcome === STALE) continue;
    for (const [name, sendId] of sendsMade) tools.sends.set(name, sendId);
    if (outcome.items + outcome.due > 0) tools.faults.inRow = 0;
    for (const signal of signals) ctx.signals.raise(signal);
    return outcome;
  }
}

type Running = TurnInput & {
  readonly live: LiveRules;
  readonly signals: TurnSignals;
  readonly sendsMade: Map<string, number>;
};

async function turn(tx: OwnTransaction, tools: TurnTools, running: Running): Promise<TurnOutcome | typeof STALE> {
  const { live, now } = running;
  const begun = beginTurn(tx, tools.silenceMs);
  const [locked, epoch] = await Promise.all([lockBuckets(tx, running.buckets), readEpoch(tx), begun]);
  if (locked.length === 0) return NOTHING;
  if (epoch !== live.epoch) return STALE;
  // A bucket that lags behind the rules is brought up first, in a transaction of its own.
  const buckets = locked.filter(({ epoch }) => epoch === live.epoch).map(({ bucket }) => bucket);
  if (buckets.length === 0) return NOTHING;

  const [taken, due] = await take(tx, buckets, running);
  if (taken.length === 0 && due.length === 0) return { ...NOTHING, buckets };
  await ensureMonthPartitions(tools.ctx.db, 'event', monthsOf(taken));

  const read = await dropRepeated(
    tx,
    taken.sort((a, b) => a.inboxId - b.inboxId),
    now,
  );
  const resolved = await resolveEvents(tx, read, { now, buckets: new Set(buckets), policy: live.identity });
  const items = read.map((row, at) => withoutRefused(row, resolved[at]));
  const { turns, refreshed } = await gatherPeople(tx, { items, resolved, due, live, now });
  const changes = await decideTurn(tx, tools, { turns, live, now });
  const nextWake = await saveTurn(tx, tools, {
    changes,
    refreshed,
    items,
    resolved,
    live,
    now,
    signals: running.signals,
    sendsMade: running.sendsMade,
  });
  return {
    buckets,
    unfinished: unfinishedOf(buckets, taken, due, running),
    items: taken.length,
    due: due.length,
    nextWake,
  };
}

async function take(
  tx: Transaction,
  buckets: readonly number[],
  { only, itemsPerBucket, duePerBucket, now }: TurnInput,
): Promise<[InboxRow[], Place[]]> {
  const [bucket] = buckets;
  if (only && bucket !== undefined) {
    const ids = only.flatMap((part) => (part.kind === 'item' ? [part.inboxId] : []));
    const people = only.flatMap((part) => (part.kind === 'person' ? [part.place] : []));
    return [ids.length > 0 ? await takeThese(tx, bucket, ids) : [], people];
  }
  return Promise.all([
    itemsPerBucket > 0 ? takeItems(tx, buckets, itemsPerBucket) : [],
    duePerBucket > 0 ? readDue(tx, buckets, duePerBucket, now) : [],
  ]);
}

/** An address that stays another profile's does not become this one's by being said of it. */
function withoutRefused(row: InboxRow, answer: ResolvedItem | undefined): InboxRow {
  if (row.item.kind === 'touch' && row.item.disowned) {
    return { ...row, item: { ...row.item, disowned: answer?.kind === 'here' ? answer.refused : [] } };
  }
  if (row.item.kind !== 'event' || answer === undefined || answer.kind === 'done' || answer.refused.length === 0) {
    return row;
  }
  return { ...row, item: { ...row.item, traits: withoutAddresses(row.item.traits, answer.refused) } };
}

function* monthsOf(items: readonly InboxRow[]): Iterable<Instant> {
  for (const { item } of items) if (item.kind === 'event') yield item.occurredAt;
}

function unfinishedOf(
  buckets: readonly number[],
  items: readonly InboxRow[],
  due: readonly Place[],
  { itemsPerBucket, duePerBucket }: TurnInput,
): number[] {
  const count = (rows: readonly { readonly bucket: number }[]) => {
    const counts = new Map<number, number>();
    for (const { bucket } of rows) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    return counts;
  };
  const [itemCounts, dueCounts] = [count(items), count(due)];
  return buckets.filter(
    (bucket) =>
      (itemCounts.get(bucket) ?? 0) >= Math.max(1, itemsPerBucket) ||
      (dueCounts.get(bucket) ?? 0) >= Math.max(1, duePerBucket),
  );
}
