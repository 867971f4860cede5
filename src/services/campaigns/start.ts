import type { Context } from '../../platform/context.ts';
import { executeNext } from './execute.ts';
import { settleRun } from './settle.ts';
import { movableRuns } from './store.ts';

/** After work the next look is soon; with nothing to do the looks become rarer, up to the idle pause. */
const POLL_MS = 200;
const POLL_IDLE_MS = 1_000;
const POLL_GROWTH = 1.25;
const POLL_AFTER_ERROR_MS = 2_000;
/** Independent branches of a run, and runs of several campaigns, go on at the same time; more would only share the same disk. */
const WORKERS = 2;

/** Moves every run as far as it goes now: settles, executes, settles again. Resolves to whether anything happened. */
export async function advanceCampaigns(ctx: Context): Promise<boolean> {
  let happened = false;
  for (const runId of await movableRuns(ctx.db, ctx.clock.now())) await settleRun(ctx, runId);
  for (;;) {
    const executed = await executeNext(ctx);
    if (!executed) return happened;
    happened = true;
    await settleRun(ctx, executed.runId);
  }
}

/**
 * Executes campaigns until told to stop; `stop` resolves when the activities that were being executed have ended. Any number of
 * processes may do this at once.
 */
export function startCampaigns(ctx: Context): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const workers = Array.from({ length: WORKERS }, () => work(ctx, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(workers);
    },
  };
}

async function work(ctx: Context, signal: AbortSignal): Promise<void> {
  let pauseMs = POLL_MS;
  while (!signal.aborted) {
    try {
      if (await step(ctx)) {
        pauseMs = POLL_MS;
        continue;
      }
      pauseMs = Math.min(POLL_IDLE_MS, pauseMs * POLL_GROWTH);
    } catch (error) {
      ctx.log.error({ error }, 'campaigns cannot go on; trying again');
      pauseMs = POLL_AFTER_ERROR_MS;
    }
    await ctx.clock.sleepUntil(ctx.clock.now() + pauseMs, signal);
  }
}

/** One activity at most, so that a stop is heard between two of them. With nothing to move, one query is all that it costs. */
async function step(ctx: Context): Promise<boolean> {
  const runs = await movableRuns(ctx.db, ctx.clock.now());
  if (runs.length === 0) return false;
  const executed = await executeNext(ctx);
  for (const runId of executed ? [executed.runId] : runs) await settleRun(ctx, runId);
  return executed !== undefined;
}
