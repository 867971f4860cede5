// Owns: the life of one delivery worker: when it looks for work, its housekeeping, its end.
// Does not own: claiming, handing over and settling, which have a file each.
// Invariants: 1. any number of workers run at once, in one process or many; 2. stopping loses nothing: what was not handed over goes
// back to the queue, what is in the air is waited for; 3. killing a worker leaves only the messages it had claimed in doubt.
import type { Context } from '../../platform/context.ts';
import { keyedHash } from '../tracking/index.ts';
import { keepHouse } from './keep-house.ts';
import { openLeases } from './lease.ts';
import { recoverMessages } from './recover.ts';
import { createRunningChannels, type OpenChannel } from './running-channels.ts';
import { openSerialSession } from './serial-session.ts';
import { createSettler } from './settler.ts';
import { findReady } from './store-claim.ts';
import { markCounts } from './store-mark.ts';
import { ensureMessagePartition } from './store-prepare.ts';
import { findHalted } from './store-send.ts';
import { preferIndexes } from './store-session.ts';

/** How long a message of another process waits at most before a worker sees it; after long stillness up to the idle pause. */
const POLL_MS = 200;
const POLL_IDLE_MS = 600;
const POLL_GROWTH = 1.1;
/** Between two looks at whether sends have ended or must halt. */
const KEEP_MS = 200;
const HOUSE_MS = 3_000;
const RECOVER_MS = 5_000;
/** How finely it can be told later when something was counted. */
const MARK_MS = 3_600_000;
/** The log's next partition is made this long before it is needed. */
const AHEAD_MS = 7 * 86_400_000;

export type Delivery = {
  /** Looks for due messages now instead of at the next poll. */
  wake(): void;
  /** Hands nothing over any more, waits for what is in the air, records it. */
  stop(): Promise<void>;
};

export type DeliveryOptions = { readonly openChannel: OpenChannel };

/** Starts one delivery worker. Everything it does is visible in the tables; nothing is kept elsewhere. */
export function startDelivery(ctx: Context, options: DeliveryOptions): Delivery {
  const leases = openLeases(ctx.db);
  const settling = openSerialSession(ctx.db, preferIndexes);
  const stopping = new AbortController();
  let unsettled = true;
  const settler = createSettler(ctx, settling, (settled) => {
    unsettled = true;
    for (const { workerId, count } of settled) leases.note(workerId, -count);
  });
  const composing = {
    publicUrl: ctx.config.publicUrl,
    trackingHash: keyedHash(ctx.secret, 'tracking'),
    bounceHash: keyedHash(ctx.secret, 'bounce'),
  };
  const channels = createRunningChannels({ ctx, leases, settler, composing, openChannel: options.openChannel });
  const looking = createPause(ctx, stopping.signal);
  const keeping = createPause(ctx, stopping.signal);

  /** Finds work. Does nothing else, because a person waits for a password reset meanwhile. */
  async function look(): Promise<void> {
    const attempt = createAttempt(ctx);
    let pollMs = POLL_MS;
    while (!stopping.signal.aborted) {
      await attempt(async () => {
        const lanes = channels.lanes();
        const ready = lanes.length > 0 ? await findReady(ctx.db, lanes, ctx.clock.now()) : [];
        for (const lane of ready) channels.wake(lane);
        pollMs = lanes.length > 0 && ready.length === 0 ? Math.min(POLL_IDLE_MS, pollMs * POLL_GROWTH) : POLL_MS;
      });
      await looking.wait(pollMs);
    }
  }

  async function keep(): Promise<void> {
    const attempt = createAttempt(ctx);
    let houseAt = 0;
    let recoverAt = 0;
    let markAt = 0;
    let thoroughly = false;
    while (!stopping.signal.aborted) {
      const now = ctx.clock.now();
      await attempt(async () => {
        if (now >= recoverAt) {
          await recoverMessages(ctx, leases.workerIds());
          for (const at of [now, now + AHEAD_MS]) await ctx.db.transaction((tx) => ensureMessagePartition(tx, at));
          recoverAt = now + RECOVER_MS;
        }
        if (now >= houseAt) {
          await channels.refresh();
          if (houseAt === 0) looking.end();
          houseAt = now + HOUSE_MS;
          thoroughly = true;
        }
        if (now >= markAt) {
          await markCounts(ctx.db, now);
          markAt = now + MARK_MS;
        }
        const waiting = channels.waitingSends();
        if (waiting.length > 0) channels.halt(await findHalted(ctx.db, waiting));
        if (unsettled || thoroughly) {
          unsettled = false;
          await keepHouse(ctx, thoroughly);
          thoroughly = false;
        }
      });
      await keeping.wait(KEEP_MS);
    }
  }

  const life = Promise.all([look(), keep()]);
  const deaf = ctx.signals.listen('outbox', looking.end);
  return {
    wake: looking.end,
    async stop() {
      deaf();
      stopping.abort();
      looking.end();
      keeping.end();
      await life;
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
