// Owns: what one delivery worker does now and then beside sending: taking over from the dead, opening channels, ending and halting sends.
// Does not own: when a round is due (start).
import type { Context } from '../../platform/context.ts';
import { keepHouse } from './keep-house.ts';
import { createSuspicion, type Leases, SILENT_MS } from './lease.ts';
import { findSilentWorkers, recoverMessages } from './recover.ts';
import type { RunningChannels } from './running-channels.ts';
import { markCounts } from './store-mark.ts';
import { ensureMessagePartition } from './store-prepare.ts';
import { findHalted } from './store-send.ts';

const HOUSE_MS = 3_000;
const RECOVER_MS = 5_000;
/** How finely it can be told later when something was counted. */
const MARK_MS = 3_600_000;
/** The log's next partition is made this long before it is needed. */
const AHEAD_MS = 7 * 86_400_000;

export type Keeping = {
  /** One round; most of it is not due each time. */
  once(): Promise<void>;
  /** Messages have settled: the next round looks whether a send has ended. */
  settled(): void;
};

type Deps = {
  readonly ctx: Context;
  readonly leases: Leases;
  readonly channels: RunningChannels;
  /** The channels are open for the first time. */
  readonly onOpened: () => void;
};

export function createKeeping({ ctx, leases, channels, onOpened }: Deps): Keeping {
  let unsettled = true;
  let thoroughly = false;
  let houseAt = 0;
  let recoverAt = 0;
  let markAt = 0;
  const suspect = createSuspicion();

  async function recover(now: number): Promise<void> {
    const silent = await findSilentWorkers(ctx, leases.workerIds());
    const dead = suspect(silent);
    if (dead.length > 0) await recoverMessages(ctx, { alive: leases.workerIds(), among: dead });
    for (const at of [now, now + AHEAD_MS]) await ctx.db.transaction((tx) => ensureMessagePartition(tx, at));
    recoverAt = now + (silent.length > dead.length ? SILENT_MS : RECOVER_MS);
  }

  async function openChannels(now: number): Promise<void> {
    await channels.refresh();
    if (houseAt === 0) onOpened();
    houseAt = now + HOUSE_MS;
    thoroughly = true;
  }

  return {
    settled: () => {
      unsettled = true;
    },
    async once() {
      await leases.hold();
      const now = ctx.clock.now();
      if (now >= recoverAt) await recover(now);
      if (now >= houseAt) await openChannels(now);
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
    },
  };
}
