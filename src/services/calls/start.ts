// Owns: the life of one worker that calls other systems: when it looks for calls, how many are under way, its end.
// Does not own: how a call is made (perform), what it may use up (claim), recording answers (settle).
// Invariants: 1. any number of workers run at once; 2. a call is claimed in a commit before it is made, and its row lives until its
// answer is in the inbox; 3. a killed worker's calls are made again by others under the same Idempotency-Key; 4. calls of one
// endpoint never take the room of another's.
import type { EndpointDefinition } from '../../core/endpoints/index.ts';
import type { CallResult } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { createSuspicion, openLease, SILENT_MS } from '../deliveries/index.ts';
import { createAuthoriser } from './authorise.ts';
import { claimCalls } from './claim.ts';
import { createEndpoints } from './endpoints.ts';
import { createExchanger } from './exchange.ts';
import { takeTurns } from './limits.ts';
import { makeCall, prepareWebhooks } from './make-call.ts';
import { type CallOutcome, createCallSettler } from './settle.ts';
import { type CallRow, findReadyEndpoints, lockSilentCallers, requeueCallsOf } from './store.ts';
import type { WebhookCalls } from './webhook-calls.ts';

const POLL_MS = 250;
const POLL_IDLE_MS = 1_000;
const POLL_GROWTH = 1.2;
const PAUSE_AFTER_ERROR_MS = 1_000;
const RECOVER_MS = 5_000;
/** Calls of one endpoint that are under way in this process at once. */
const PER_ENDPOINT_MAX = 50;

export type CallsWorker = {
  /** Looks for calls now instead of at the next poll. */
  wake(): void;
  /** Starts no call any more; resolves when those under way have ended and are recorded. */
  stop(): Promise<void>;
};

export type CallsOptions = {
  /** Absent: calls of webhooks are left to other workers. */
  readonly webhooks?: WebhookCalls | undefined;
};

/** Starts one worker that makes the calls of journeys and webhooks. */
export function startCalls(ctx: Context, options: CallsOptions = {}): CallsWorker {
  const stopping = new AbortController();
  let waker = new AbortController();
  let woken = false;
  const wake = () => {
    woken = true;
    waker.abort();
  };
  const calling = openCalling(ctx, options, wake);
  const suspect = createSuspicion();

  /** Takes over calls of workers that are dead; answers whether some may be. */
  async function recover(): Promise<boolean> {
    return ctx.db.transaction(async (tx) => {
      const silent = await lockSilentCallers(tx, calling.workerIds());
      const dead = suspect(silent);
      await requeueCallsOf(tx, dead);
      return silent.length > dead.length;
    });
  }

  async function live(): Promise<void> {
    let recoverAt = 0;
    let pauseMs = POLL_MS;
    while (!stopping.signal.aborted) {
      woken = false;
      try {
        await calling.hold();
        const now = ctx.clock.now();
        if (now >= recoverAt) recoverAt = now + ((await recover()) ? SILENT_MS : RECOVER_MS);
        pauseMs = (await calling.turn()) > 0 ? POLL_MS : Math.min(POLL_IDLE_MS, pauseMs * POLL_GROWTH);
      } catch (error) {
        ctx.log.error({ err: error }, 'Calls cannot be looked for; trying on.');
        pauseMs = PAUSE_AFTER_ERROR_MS;
      }
      if (stopping.signal.aborted) return;
      waker = new AbortController();
      if (!woken) await ctx.clock.sleepUntil(Math.min(ctx.clock.now() + pauseMs, calling.nextTurnAt()), waker.signal);
    }
  }

  const unlisten = ctx.signals.listen('calls', wake);
  const life = live();
  return {
    wake,
    async stop() {
      unlisten();
      stopping.abort();
      wake();
      await life;
      await calling.close();
    },
  };
}

/** The calls of one worker that are under way, and the claiming of more. */
function openCalling(ctx: Context, options: CallsOptions, onRoom: () => void) {
  const lease = openLease(ctx.db);
  const exchanger = createExchanger();
  const authoriser = createAuthoriser(ctx, exchanger);
  const performing = { exchanger, authoriser, now: () => ctx.clock.now(), takeTurn: takeTurns(ctx) };
  const endpoints = createEndpoints(ctx);
  const underWay = new Map<string, number>();
  const heldUntil = new Map<string, Instant>();
  const making = new Set<Promise<void>>();
  const settler = createCallSettler(ctx, {
    webhooks: options.webhooks,
    onSettled: (settled) => {
      for (const { call, workerId } of settled) {
        lease.note(workerId, -1);
        note(underWay, call.endpoint, -1);
      }
      onRoom();
    },
  });

  /** The number of calls that are no longer waiting. */
  async function claimFrom(key: string): Promise<number> {
    const limit = PER_ENDPOINT_MAX - (underWay.get(key) ?? 0);
    if (limit <= 0 || heldUntil.has(key)) return 0;
    const endpoint = endpoints.get(key);
    const { calls, refused, nextAt, workerId } = await lease.transaction(async (tx, workerId) => ({
      ...(await claimCalls(tx, { key, endpoint, workerId, limit, now: ctx.clock.now() })),
      workerId,
    }));
    if (nextAt === undefined) heldUntil.delete(key);
    else heldUntil.set(key, nextAt);
    if (refused > 0) ctx.signals.raise('inbox');
    lease.note(workerId, calls.length);
    note(underWay, key, calls.length);
    const made = makeAll(calls, endpoint, workerId).finally(() => making.delete(made));
    making.add(made);
    return calls.length + refused;
  }

  async function makeAll(calls: readonly CallRow[], endpoint: EndpointDefinition | undefined, workerId: number) {
    const webhooks = prepareWebhooks(ctx, calls, options.webhooks);
    const broke = (error: unknown): CallResult => {
      ctx.log.error({ err: error }, 'A call broke.');
      return { kind: 'failed', reason: 'internal' };
    };
    const made = calls.map(async (call): Promise<CallOutcome> => {
      return { call, workerId, result: await makeCall(performing, call, endpoint, webhooks).catch(broke) };
    });
    await Promise.all(made.map((outcome) => outcome.then((settled) => settler.add(settled))));
  }

  return {
    workerIds: () => lease.workerIds(),
    hold: () => lease.hold(),
    nextTurnAt: () => Math.min(...heldUntil.values()),
    async turn(): Promise<number> {
      const now = ctx.clock.now();
      for (const [key, until] of heldUntil) if (until <= now) heldUntil.delete(key);
      const ready = await findReadyEndpoints(ctx.db, now);
      const keys = ready.filter((key) => options.webhooks !== undefined || !key.startsWith(WEBHOOK_PREFIX));
      await endpoints.refresh(keys);
      let claimed = 0;
      for (const key of keys) claimed += await claimFrom(key);
      return claimed;
    },
    async close() {
      await Promise.all(making);
      await settler.drained();
      await lease.close();
      await exchanger.close();
    },
  };
}

const WEBHOOK_PREFIX = 'webhook:';

function note(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
