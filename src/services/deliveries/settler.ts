// Owns: carrying outcomes from memory into the database in batches, whatever the database does meanwhile.
// Does not own: what an outcome is, or when a message is tried again.
// Invariants: 1. an outcome is dropped only after its transaction has committed; 2. one batch at a time, so that counters are never
// fought over within one process; 3. a batch is retried until it works, because the message has already gone out; 4. an outcome that
// breaks its statement keeps no other waiting, and is tried again by itself.
import type { Context } from '../../platform/context.ts';
import { isOfData } from '../../platform/sql/index.ts';
import type { SerialSession } from './serial-session.ts';
import { correctUncertain, type Outcome, type Postponed, postponeMessages, settleMessages } from './store-settle.ts';

const BATCH_MAX = 2_000;
/** How long an outcome may wait for company. */
const GATHER_MS = 40;
const RETRY_MS = 1_000;

export type Settler = {
  settle(workerId: number, outcome: Outcome): void;
  postpone(workerId: number, row: Postponed): void;
  /** Outcomes not yet committed. */
  pending(): number;
  /** Resolves when everything given so far is committed, but for what breaks its statement: that is left to recovery. For the end. */
  drained(): Promise<void>;
};

type Entry = { readonly workerId: number } & (
  | { readonly outcome: Outcome; readonly postponed?: never }
  | { readonly postponed: Postponed; readonly outcome?: never }
);

/** `onCommit` is told after each committed batch how many messages of which worker were in it. */
export function createSettler(
  ctx: Context,
  session: SerialSession,
  onCommit: (settled: readonly { readonly workerId: number; readonly count: number }[]) => void,
): Settler {
  const waiting: Entry[] = [];
  let inWork = 0;
  let running: Promise<void> | undefined;
  let troubled = false;
  let hurried = false;
  let gathering = new AbortController();
  const ended = new AbortController();

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      if (waiting.length < BATCH_MAX && !hurried) {
        gathering = new AbortController();
        await ctx.clock.sleepUntil(ctx.clock.now() + GATHER_MS, gathering.signal);
      }
      const batch = waiting.splice(0, BATCH_MAX);
      inWork = batch.length;
      await commit(batch);
      inWork = 0;
    }
  }

  async function commit(batch: readonly Entry[]): Promise<void> {
    for (;;) {
      try {
        await record(ctx, session, batch);
        troubled = false;
        return onCommit([...groupByWorker(batch)].map(([workerId, entries]) => ({ workerId, count: entries.length })));
      } catch (error) {
        if (!troubled) ctx.log.error({ err: error }, 'Results of sent messages cannot be recorded; trying on.');
        troubled = true;
        if (isOfData(error)) return commitApart(batch);
        await ctx.clock.sleepUntil(ctx.clock.now() + RETRY_MS);
      }
    }
  }

  /** One of them breaks the statement: found by halves, it waits while the others go on. */
  async function commitApart(batch: readonly Entry[]): Promise<void> {
    const [only] = batch;
    if (batch.length === 1 && only) {
      const later = ctx.clock.now() + RETRY_MS;
      void ctx.clock.sleepUntil(later, ended.signal).then(() => {
        if (!ended.signal.aborted) add(only);
      });
      return;
    }
    const half = batch.length >> 1;
    await commit(batch.slice(0, half));
    await commit(batch.slice(half));
  }

  function add(entry: Entry): void {
    waiting.push(entry);
    start();
  }

  function start(): void {
    running ??= work().finally(() => {
      running = undefined;
      if (waiting.length > 0) start();
    });
  }

  return {
    settle: (workerId, outcome) => add({ workerId, outcome }),
    postpone: (workerId, postponed) => add({ workerId, postponed }),
    pending: () => waiting.length + inWork,
    async drained() {
      hurried = true;
      gathering.abort();
      while (running) await running;
      ended.abort();
      hurried = false;
    },
  };
}

/** Writes all of them down, or none. */
async function record(ctx: Context, session: SerialSession, batch: readonly Entry[]): Promise<void> {
  let told = 0;
  let called = 0;
  await session.transaction(async (tx) => {
    told = 0;
    called = 0;
    for (const [workerId, entries] of groupByWorker(batch)) {
      const outcomes = entries.flatMap((entry) => entry.outcome ?? []);
      const postponed = entries.flatMap((entry) => entry.postponed ?? []);
      // First what may wait for a send that is being resumed or stopped, before any counter is locked that those need.
      if (postponed.length > 0) await postponeMessages(tx, workerId, postponed);
      if (outcomes.length > 0) {
        const settlement = await settleMessages(tx, workerId, outcomes, ctx.clock.now());
        told += settlement.told;
        called += settlement.called;
        if (settlement.settled < outcomes.length) await correctUncertain(tx, workerId, outcomes, ctx.clock.now());
      }
    }
  });
  if (told > 0) ctx.signals.raise('inbox');
  if (called > 0) ctx.signals.raise('calls');
}

function groupByWorker(batch: readonly Entry[]): Map<number, Entry[]> {
  const groups = new Map<number, Entry[]>();
  for (const entry of batch) {
    const group = groups.get(entry.workerId);
    if (group) group.push(entry);
    else groups.set(entry.workerId, [entry]);
  }
  return groups;
}
