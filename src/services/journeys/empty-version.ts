import type { JourneyDefinition } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { finishJourneySends } from '../deliveries/index.ts';
import { bucketsOf, endInstances, selectSlice, type VersionKey } from '../instances/index.ts';
import { lockBucket, lockVersionUnlessBusy, selectEnding, setEmptied } from './store.ts';

const SLICE_MAX = 2_000;

/**
 * Ends everybody who is left in a version that is stopped or finished: a slice of one bucket per transaction. Whoever is interrupted,
 * another goes on. Resolves to how many were ended.
 */
export async function emptyVersion(ctx: Context, version: VersionKey): Promise<number> {
  let ended = 0;
  for (;;) {
    // Put in force again meanwhile, its people stay.
    if ((await selectEnding(ctx.db, version)) === undefined) return ended;
    const buckets = await bucketsOf(ctx.db, version);
    if (buckets.length === 0) break;
    for (const bucket of buckets) ended += await emptyBucket(ctx, version, bucket);
  }
  await ctx.db.transaction(async (tx) => {
    const row = await lockVersionUnlessBusy(tx, version);
    if (row === undefined || row.finished_at === null || row.emptied_at !== null) return;
    await finishJourneySends(tx, { journeyKey: version.key, version: version.version });
    await setEmptied(tx, version, ctx.clock.now());
  });
  return ended;
}

async function emptyBucket(ctx: Context, version: VersionKey, bucket: number): Promise<number> {
  const row = await selectEnding(ctx.db, version);
  if (row === undefined) return 0;
  const reason = row.state === 'finished' ? 'over' : 'stopped';
  let ended = 0;
  for (;;) {
    const now = ctx.clock.now();
    await ensureMonthPartitions(ctx.db, 'journey_step', [now]);
    const count = await ctx.db.transaction(async (tx) => {
      await lockBucket(tx, bucket);
      return endSlice(tx, { ...version, bucket, limit: SLICE_MAX, body: row.body, reason, now });
    });
    ended += count;
    if (count < SLICE_MAX) return ended;
  }
}

/** Ends some of those who are in a version, in a bucket that the caller has locked. The partition of the month exists. */
export async function endSlice(
  tx: Transaction,
  at: VersionKey & {
    readonly bucket: number;
    readonly limit: number;
    readonly body: JourneyDefinition;
    readonly reason: string;
    readonly now: Instant;
    readonly dryRunOnly?: boolean;
  },
): Promise<number> {
  const rows = await selectSlice(tx, { ...at, after: 0 });
  const maxInside = at.body.max_inside ?? null;
  await endInstances(
    tx,
    at.bucket,
    rows.map((row) => ({ ...row, max_inside: maxInside })),
    at,
  );
  return rows.length;
}
