import { releaseInstance } from '../../core/journeys/index.ts';
import type { Context } from '../../platform/context.ts';
import { resumeJourneySends } from '../deliveries/index.ts';
import {
  bucketsOf,
  instanceOf,
  placed,
  releaseCalls,
  saveMoved,
  selectSlice,
  type VersionKey,
} from '../instances/index.ts';
import { type Commanded, commandVersion } from './command.ts';
import type { VersionAddress } from './find-version.ts';
import { lockBucket, lockVersionUnlessBusy, noteReleased, setRelease } from './store.ts';

/** People per second that are let go when nobody says otherwise. */
export const RELEASE_RATE = 5_000;
/** What has not been used of a rate is lost after this: a pause of the scheduler is not made up for in one go. */
const CATCH_UP_MS = 1_000;
const SLICE_MAX = 1_000;

/** Lets a version go on: people enter again, queued messages leave, and who was held is let go at `rate` people per second. */
export function resumeJourney(
  ctx: Context,
  input: VersionAddress & { readonly rate?: number | undefined },
): Promise<Commanded> {
  return commandVersion(ctx, input, {
    command: 'resume',
    reason: null,
    consequences: async (tx, version, _row, now) => {
      await resumeJourneySends(tx, ctx, { journeyKey: version.key, version: version.version });
      await releaseCalls(tx, version, now);
      await setRelease(tx, version, input.rate ?? RELEASE_RATE, now);
    },
  });
}

/** Lets go as many of the held people as the rate allows now. Resolves to how many; the rest is for later turns. */
export async function releasePeople(ctx: Context, version: VersionKey): Promise<number> {
  const [bucket] = await bucketsOf(ctx.db, version, { heldOnly: true });
  const released = await ctx.db.transaction(async (tx) => {
    const row = await lockVersionUnlessBusy(tx, version);
    if (row?.release_rate == null || row.release_at === null) return 0;
    if (bucket === undefined) {
      await noteReleased(tx, version, undefined);
      return 0;
    }
    const now = ctx.clock.now();
    const since = Math.max(row.release_at.getTime(), now - CATCH_UP_MS);
    const limit = Math.min(SLICE_MAX, Math.floor(((now - since) * row.release_rate) / 1_000));
    if (limit <= 0) return 0;
    await lockBucket(tx, bucket);
    const rows = await selectSlice(tx, { ...version, bucket, after: 0, limit, heldOnly: true });
    await saveMoved(
      tx,
      rows.map((each) => placed(each, releaseInstance(instanceOf(each), now))),
    );
    await noteReleased(tx, version, since + (rows.length * 1_000) / row.release_rate);
    return rows.length;
  });
  if (released > 0) ctx.signals.raise('inbox');
  return released;
}
