// Owns: recording what became of calls: batches of outcomes, one transaction each.
// Does not own: making calls, and deciding what follows from an answer (the engine).
// Invariants: 1. a call's row is deleted in the transaction that puts its answer into the inbox; 2. an answer of a call that somebody
// else has taken over is dropped; 3. what cannot be recorded now is recorded when the database is back; 4. an answer that the database
// does not take ends its call as failed, and keeps no other waiting.
import { WEBHOOK_TRIED_FOR_MS, webhookPause } from '../../core/endpoints/index.ts';
import type { CallResult } from '../../core/journeys/index.ts';
import type { Context } from '../../platform/context.ts';
import { isOfData, type Transaction } from '../../platform/sql/index.ts';
import { putItems } from '../ingest/index.ts';
import { answerOf } from './claim.ts';
import { type CallRow, deleteDone, requeueCalls } from './store.ts';
import type { WebhookCalls, WebhookOutcome } from './webhook-calls.ts';

const BATCH_MAX = 500;
const PAUSE_AFTER_ERROR_MS = 1_000;
/** What is recorded in place of an answer that the database does not take. */
const UNSTORABLE: CallResult = { kind: 'failed', reason: 'answer_unstorable' };

export type CallOutcome = {
  readonly call: CallRow;
  readonly workerId: number;
  /** `dropped`: nobody wants the call any more. */
  readonly result: CallResult | { readonly kind: 'dropped' };
};

export type CallSettler = {
  add(outcome: CallOutcome): void;
  /** Resolves when everything added before is recorded, but for what the database does not take at all: that is left to recovery. */
  drained(): Promise<void>;
};

/** `onSettled` hears of every outcome after its commit. */
export function createCallSettler(
  ctx: Context,
  options: {
    readonly webhooks: WebhookCalls | undefined;
    readonly onSettled: (settled: readonly CallOutcome[]) => void;
  },
): CallSettler {
  const waiting: CallOutcome[] = [];
  let working: Promise<void> | undefined;
  const ended = new AbortController();

  async function work(): Promise<void> {
    while (waiting.length > 0) await record(waiting.splice(0, BATCH_MAX));
    working = undefined;
  }

  async function record(batch: readonly CallOutcome[]): Promise<void> {
    for (;;) {
      try {
        const answered = await ctx.db.transaction((tx) => settleBatch(ctx, tx, batch, options.webhooks));
        options.onSettled(batch);
        if (answered > 0) ctx.signals.raise('inbox');
        return;
      } catch (error) {
        ctx.log.error({ err: error }, 'Answers of calls cannot be recorded; trying on.');
        if (isOfData(error)) return recordApart(batch);
        await ctx.clock.sleepUntil(ctx.clock.now() + PAUSE_AFTER_ERROR_MS);
      }
    }
  }

  /** One of them breaks the statement: found by halves, its call has failed. What breaks even so waits while the others go on. */
  async function recordApart(batch: readonly CallOutcome[]): Promise<void> {
    const [only] = batch;
    if (batch.length > 1 || only === undefined) {
      const half = batch.length >> 1;
      await record(batch.slice(0, half));
      return record(batch.slice(half));
    }
    if (only.result !== UNSTORABLE) return record([{ ...only, result: UNSTORABLE }]);
    const later = ctx.clock.now() + PAUSE_AFTER_ERROR_MS;
    void ctx.clock.sleepUntil(later, ended.signal).then(() => {
      if (!ended.signal.aborted) add(only);
    });
  }

  function add(outcome: CallOutcome): void {
    waiting.push(outcome);
    working ??= Promise.resolve().then(work);
  }

  return {
    add,
    async drained() {
      while (working) await working;
      ended.abort();
    },
  };
}

async function settleBatch(
  ctx: Context,
  tx: Transaction,
  batch: readonly CallOutcome[],
  webhooks: WebhookCalls | undefined,
): Promise<number> {
  const now = ctx.clock.now();
  const outcomes = batch.filter(({ call }) => call.purpose === 'webhook').map((outcome) => judgeWebhook(outcome, now));
  const later = outcomes.filter(({ judged }) => !judged.final);
  const isLater = new Set(later.map(({ outcome }) => outcome));
  const done = batch.filter((outcome) => !isLater.has(outcome));
  const ours = await deleteDone(tx, done.map(keyOf));
  const answers = done.flatMap(({ call, result }) =>
    ours.has(call.call_id) && result.kind !== 'dropped' ? answerOf(call, result) : [],
  );
  await putItems(tx, answers, now);
  if (later.length > 0) {
    const pauseOf = ({ call }: CallOutcome) => now + webhookPause(call.attempts);
    await requeueCalls(
      tx,
      later.map(({ outcome }) => ({ ...keyOf(outcome), dueAt: pauseOf(outcome) })),
    );
  }
  const told = outcomes.flatMap(({ outcome, judged }) => (outcome.result.kind === 'dropped' ? [] : [judged]));
  if (told.length > 0) await webhooks?.settled(tx, told, now);
  return answers.length;
}

function keyOf({ call, workerId }: CallOutcome) {
  return { bucket: call.bucket, call_id: call.call_id, workerId };
}

/** A webhook got through when it was answered with 2xx; else it is tried again for three days. */
function judgeWebhook(outcome: CallOutcome, now: number): { outcome: CallOutcome; judged: WebhookOutcome } {
  const { call, result } = outcome;
  const ok = result.kind === 'answered' && result.status >= 200 && result.status < 300;
  const isOver = now - call.queued_at.getTime() + webhookPause(call.attempts) > WEBHOOK_TRIED_FOR_MS;
  const judged: WebhookOutcome = {
    endpoint: call.endpoint,
    callId: call.call_id,
    request: call.request,
    ok,
    final: ok || isOver || result.kind === 'dropped',
    reason: ok ? undefined : reasonOf(result),
    error: result.kind === 'failed' ? result.error : undefined,
  };
  return { outcome, judged };
}

function reasonOf(result: CallOutcome['result']): string {
  switch (result.kind) {
    case 'answered':
      return String(result.status);
    case 'failed':
      return result.reason;
    case 'timed-out':
    case 'dropped':
      return result.kind;
  }
}
