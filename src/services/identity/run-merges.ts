import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { followPlaces, lockLinks } from '../profiles/index.ts';
import { erasePerson } from './erase-person.ts';
import { mergeProfiles, SWEEP_AFTER_MS } from './merge-profiles.ts';
import { movePerson } from './move-person.ts';
import {
  countInTheAir,
  deleteSweep,
  lockBuckets,
  planSweep,
  postponeMergeRequest,
  readDueSweeps,
  readMergeRequests,
  refoldFirst,
  type Sweep,
} from './store-merge.ts';
import { findPersonTables, lockTables } from './store-person.ts';

const BATCH_MAX = 100;

/**
 * Performs the merges that were asked for, and sweeps up behind profiles that are gone. Any number of processes may do this at once.
 * Resolves to how many were performed; 0 means that nothing is due.
 */
export async function runMerges(ctx: Context): Promise<number> {
  let done = 0;
  for (const request of await readMergeRequests(ctx.db, BATCH_MAX)) {
    try {
      await mergeProfiles(ctx, request, request);
      done++;
    } catch (error) {
      ctx.log.error({ err: error, request }, 'Two profiles cannot be merged; tried again later.');
      await postponeMergeRequest(ctx.db, request, ctx.clock.now());
    }
  }
  const sweeps = await readDueSweeps(ctx.db, ctx.clock.now(), BATCH_MAX);
  if (sweeps.length > 0) await ensureMonthPartitions(ctx.db, 'journey_step', [ctx.clock.now()]);
  for (const sweep of sweeps) {
    await ctx.db.transaction((tx) => sweepUp(ctx, tx, sweep));
    ctx.signals.raise('inbox');
    done++;
  }
  return done;
}

/** Moves what was written to a profile after it was gone to what it became; or removes it. */
async function sweepUp(ctx: Context, tx: Transaction, { from, to }: Sweep): Promise<void> {
  const now = ctx.clock.now();
  const tables = await findPersonTables(tx);
  await lockTables(
    tx,
    tables.filter(({ schema }) => schema === 'data'),
  );
  const [followed] = to ? await followPlaces(tx, [to]) : [];
  await lockBuckets(tx, followed ? [from.bucket, followed.bucket] : [from.bucket]);
  await lockLinks(tx, followed ? [from, followed] : [from]);
  const [still] = followed ? await followPlaces(tx, [followed]) : [];
  if (still) {
    const { events } = await movePerson(tx, tables, { from, to: still }, now);
    if (events > 0) await refoldFirst(tx, still, now);
  } else if (!(await followPlaces(tx, [from]))[0]) {
    // Not of a profile that an import made anew under its old number.
    await erasePerson(tx, tables, from, now);
  }
  if ((await countInTheAir(tx, from)) > 0) await planSweep(tx, { from, to: still }, now + SWEEP_AFTER_MS);
  else await deleteSweep(tx, from);
}
