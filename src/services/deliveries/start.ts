// Owns: the life of one delivery worker: when it looks for work, its housekeeping, its end.
// Does not own: claiming, handing over and settling, which have a file each.
// Invariants: 1. any number of workers run at once, in one process or many; 2. stopping loses nothing: what was not handed over goes
// back to the queue, what is in the air is waited for; 3. killing a worker leaves only the messages it had claimed in doubt.
import type { Context } from '../../platform/context.ts';
import { preferIndexes } from '../../platform/sql/index.ts';
import { keyedHash } from '../tracking/index.ts';
import { createExpress, type Express } from './express.ts';
import { createKeeping } from './keeping.ts';
import { openLeases } from './lease.ts';
import { createRunningChannels, type OpenChannel } from './running-channels.ts';
import { openSerialSession } from './serial-session.ts';
import { createSettler } from './settler.ts';
import { findReady } from './store-claim.ts';
import { createYielding } from './yielding.ts';

/** How long a message of another process waits at most before a worker sees it; after long stillness up to the idle pause. */
const POLL_MS = 200;
const POLL_IDLE_MS = 600;
const POLL_GROWTH = 1.1;
/** Between two rounds of housekeeping. */
const KEEP_MS = 200;

export type Delivery = {
  /** For who accepts messages in this process. */
  readonly express: Express;
  /** Looks for due messages now instead of at the next poll. */
  wake(): void;
  /** Hands nothing over any more, waits for what is in the air, records it. */
  stop(): Promise<void>;
};

export type DeliveryOptions = { readonly openChannel: OpenChannel };

/** Starts one delivery worker. Everything it does is visible in the tables; nothing is kept elsewhere. */
export function startDelivery(ctx: Context, options: DeliveryOptions): Delivery {
  const leases = openLeases(ctx.db);
  const settling = openSerialSession(ctx.db, (opened) => preferIndexes(opened, 'connection'));
  const stopping = new AbortController();
  const settler = createSettler(ctx, settling, (settled) => {
    keep.settled();
    for (const { workerId, count } of settled) leases.note(workerId, -count);
  });
  const composing = {
    publicUrl: ctx.config.publicUrl,
    trackingHash: keyedHash(ctx.secret, 'tracking'),
    bounceHash: keyedHash(ctx.secret, 'bounce'),
  };
  const yielding = createYielding(ctx);
  const channels = createRunningChannels({
    ctx,
    leases,
    settler,
    composing,
    yielding,
    openChannel: options.openChannel,
  });
  const express = createExpress({ ctx, lease: leases.of('transactional'), channels });
  const looking = createPause(ctx, stopping.signal);
  const keeping = createPause(ctx, stopping.signal);

  /** Finds work. Does nothing else, because a person waits for a password reset meanwhile. */
  async function look(): Promise<void> {
    const attempt = createAttempt(ctx);
    let pollMs = POLL_MS;
    while (!stopping.signal.aborted) {
      await attempt(async () => {
        const lanes = channels.unsureLanes();
        const ready = lanes.length > 0 ? await findReady(ctx.db, lanes, ctx.clock.now()) : [];
        for (const lane of ready) channels.wake(lane);
        pollMs = lanes.length > 0 && ready.length === 0 ? Math.min(POLL_IDLE_MS, pollMs * POLL_GROWTH) : POLL_MS;
      });
      await looking.wait(pollMs);
    }
  }

  const keep = createKeeping({ ctx, leases, channels, onOpened: looking.end });
  async function keepOn(): Promise<void> {
    const attempt = createAttempt(ctx);
    while (!stopping.signal.aborted) {
      await attempt(keep.once);
      await keeping.wait(KEEP_MS);
    }
  }

  const life = Promise.all([look(), keepOn()]);
  const deaf = [
    ctx.signals.listen('outbox', looking.end),
    ...(['transactional', 'journey'] as const).map((lane) => ctx.signals.listen(lane, () => channels.wakeAll(lane))),
  ];
  return {
    express,
    wake: looking.end,
    async stop() {
      for (const end of deaf) end();
      stopping.abort();
      looking.end();
      keeping.end();
      await life;
      await express.close();
      await channels.closeAll();
      await settler.drained();
      await settling.close();
      await leases.close();
    },
  };
}

/** Given as the reason, so that no error is made up each time. */
const ENDED = 'ended';

/** A pause that can be ended from outside; ending it while nobody waits makes the next one none. */
function createPause(ctx: Context, stopping: AbortSignal): { wait(ms: number): Promise<void>; end(): void } {
  let ended = false;
  let waker: AbortController | undefined;
  return {
    async wait(ms) {
      if (!ended && !stopping.aborted) {
        waker = new AbortController();
        await ctx.clock.sleepUntil(ctx.clock.now() + ms, waker.signal);
        waker = undefined;
      }
      ended = false;
    },
    end() {
      ended = true;
      waker?.abort(ENDED);
    },
  };
}

/** The database may be away for a while: one line about it, and on with it when it is back. */
function createAttempt(ctx: Context): (work: () => Promise<void>) => Promise<void> {
  let troubled = false;
  return async (work) => {
    try {
      await work();
      troubled = false;
    } catch (error) {
      if (!troubled) ctx.log.error({ err: error }, 'Delivery cannot reach its tables; trying on.');
      troubled = true;
    }
  };
}
