// Owns: everything about journeys that happens by itself and is not about one person: reading audiences, letting go whom a pause held,
// ending versions whose time has come, emptying those that are over.
// Does not own: what happens to a person (the engine).
// Invariants: 1. any number of processes tend journeys; one transaction works on one version or read, which it has locked; 2. what was
// done is noted in the transaction that does it: a killed process leaves nothing half done.

import { moveVersion } from '../../core/journeys/index.ts';
import { inLanguage, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { isPassing } from '../../platform/sql/index.ts';
import { isInside } from '../instances/index.ts';
import { raiseEpoch } from '../live/index.ts';
import { emptyVersion } from './empty-version.ts';
import { advanceRead, startDueRead } from './read-audience.ts';
import { releasePeople } from './resume.ts';
import { findVersionsToTend, lockBuckets, lockVersionUnlessBusy, setState, type VersionRow } from './store.ts';
import { cancelReads, findOpenReads } from './store-read.ts';

const POLL_MS = 250;
const POLL_IDLE_MS = 1_000;
const POLL_GROWTH = 1.25;
const POLL_AFTER_ERROR_MS = 2_000;

/**
 * Does what is to be done now, once around. Resolves to whether anything happened. What breaks in one journey keeps no other from its
 * own: the first of such errors is thrown at the end.
 */
export async function tendJourneys(ctx: Context): Promise<boolean> {
  let happened = false;
  const errors: unknown[] = [];
  const tend = async (work: () => Promise<boolean>) => {
    try {
      happened = (await work()) || happened;
    } catch (error) {
      if (isPassing(error)) throw error;
      errors.push(error);
    }
  };
  for (const row of await findVersionsToTend(ctx.db, ctx.clock.now())) await tend(() => tendVersion(ctx, row));
  for (const read of await findOpenReads(ctx.db, ctx.clock.now())) await tend(() => advanceRead(ctx, read.read_id));
  if (errors.length > 0) throw errors[0];
  return happened;
}

/** Tends journeys until told to stop; `stop` resolves when what was being done has ended. */
export function startJourneys(ctx: Context): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const live = async () => {
    let pauseMs = POLL_MS;
    while (!stopping.signal.aborted) {
      try {
        pauseMs = (await tendJourneys(ctx)) ? POLL_MS : Math.min(POLL_IDLE_MS, pauseMs * POLL_GROWTH);
      } catch (error) {
        ctx.log.error({ err: error }, 'Journeys cannot be tended; trying on.');
        pauseMs = POLL_AFTER_ERROR_MS;
      }
      await ctx.clock.sleepUntil(ctx.clock.now() + pauseMs, stopping.signal);
    }
  };
  const life = live();
  return {
    async stop() {
      stopping.abort();
      await life;
    },
  };
}

async function tendVersion(ctx: Context, row: VersionRow): Promise<boolean> {
  const version = { key: row.journey_key, version: row.version };
  const now = ctx.clock.now();
  if (row.finished_at !== null) return (await emptyVersion(ctx, version)) > 0;
  if (row.ends_at !== null && row.ends_at.getTime() <= now) {
    // At once: the engine does not know the version any more, and its people are still due.
    return (await finishVersion(ctx, row, 'over')) && (await emptyVersion(ctx, version)) >= 0;
  }
  let happened = false;
  if (row.next_read_at !== null && row.next_read_at.getTime() <= now) happened = await startDueRead(ctx, version);
  const mayRelease = row.state === 'live' || row.state === 'closed';
  if (row.release_rate !== null || (mayRelease && (await isInside(ctx.db, version, { heldOnly: true })))) {
    happened = (await releasePeople(ctx, version, row.release_filter)) > 0 || happened;
  }
  if (row.state === 'closed' && !(await isInside(ctx.db, version))) {
    happened = (await finishVersion(ctx, row, 'empty')) || happened;
  }
  return happened;
}

/** Ends a version by itself: nobody is left in it, or its end has come. Who is inside then is ended afterwards. */
async function finishVersion(ctx: Context, seen: VersionRow, event: 'empty' | 'over'): Promise<boolean> {
  const version = { key: seen.journey_key, version: seen.version };
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const row = await lockVersionUnlessBusy(tx, version);
    if (row === undefined || row.state !== seen.state) return false;
    const moved = moveVersion({ state: row.state, closed: row.closed_at !== null }, event);
    if (moved.kind !== 'moved') return false;
    await lockBuckets(tx);
    // Somebody may have come in by a turn that was under way.
    if (event === 'empty' && (await isInside(tx, version))) return false;
    const reason = inLanguage(event === 'over' ? say('Its end has come.') : say('Nobody is left in it.'));
    await setState(tx, version, { state: moved.state, hold: null, closed: true, reason, now });
    await cancelReads(tx, version, now);
    await raiseEpoch(tx);
    return true;
  });
}
