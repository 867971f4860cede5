// Owns: the life of one delivery worker: when it looks for work, its housekeeping, its end.
// Does not own: claiming, handing over and settling, which have a file each.
// Invariants: 1. any number of workers run at once, in one process or many; 2. stopping loses nothing: what was not handed over goes
// back to the queue, what is in the air is waited for; 3. killing a worker leaves only the messages it had claimed in doubt.
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions } from '../../platform/sql/index.ts';
import { keyedHash } from '../tracking/index.ts';
import { keepHouse } from './keep-house.ts';
import { openLease } from './lease.ts';
import { recoverMessages } from './recover.ts';
import { createRunningChannels, type OpenChannel } from './running-channels.ts';
import { openSerialSession } from './serial-session.ts';
import { createSettler } from './settler.ts';
import { findReady } from './store-claim.ts';
import { findHalted } from './store-send.ts';
import { preferIndexes } from './store-session.ts';

/** How long a message waits at most before a worker sees it: soon after others, up to the idle pause when nothing has come for long. */
const POLL_MS = 200;
const POLL_IDLE_MS = 600;
const POLL_GROWTH = 1.1;
const HOUSE_MS = 3_000;
const RECOVER_MS = 5_000;
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
  const lease = openLease(ctx.db);
  const settling = openSerialSession(ctx.db, preferIndexes);
  const stopping = new AbortController();
  let waker = new AbortController();
  let unsettled = true;
  const settler = createSettler(ctx, settling, (settled) => {
    unsettled = true;
    for (const { workerId, count } of settled) lease.note(workerId, -count);
  });
  const composing = {
    publicUrl: ctx.config.publicUrl,
    trackingHash: keyedHash(ctx.secret, 'tracking'),
    bounceHash: keyedHash(ctx.secret, 'bounce'),
  };
  const channels = createRunningChannels({ ctx, lease, settler, composing, openChannel: options.openChannel });

  async function live(): Promise<void> {
    const attempt = createAttempt(ctx);
    let houseAt = 0;
    let recoverAt = 0;
    let pollMs = POLL_MS;
    while (!stopping.signal.aborted) {
      const now = ctx.clock.now();
      await attempt(async () => {
        if (now >= recoverAt) {
          await recoverMessages(ctx, lease.workerIds());
          await ensureMonthPartitions(ctx.db, 'message', [now, now + AHEAD_MS]);
          recoverAt = now + RECOVER_MS;
        }
        if (now >= houseAt) {
          await channels.refresh();
          houseAt = now + HOUSE_MS;
          unsettled = true;
        }
        const waiting = channels.waitingSends();
        if (waiting.length > 0) channels.halt(await findHalted(ctx.db, waiting));
        const idle = channels.idleLanes();
        const ready = idle.length > 0 ? await findReady(ctx.db, idle, now) : [];
        for (const lane of ready) channels.wake(lane);
        const isStill = idle.length > 0 && ready.length === 0;
        pollMs = isStill ? Math.min(POLL_IDLE_MS, pollMs * POLL_GROWTH) : POLL_MS;
        if (unsettled) {
          unsettled = false;
          await keepHouse(ctx);
        }
      });
      if (stopping.signal.aborted) return;
      waker = new AbortController();
      await ctx.clock.sleepUntil(now + pollMs, waker.signal);
    }
  }

  const life = live();
  return {
    wake: () => waker.abort(),
    async stop() {
      stopping.abort();
      waker.abort();
      await life;
      await channels.closeAll();
      await settler.drained();
      await settling.close();
      await lease.close();
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
