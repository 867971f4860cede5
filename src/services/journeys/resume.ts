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
  const buckets = await bucketsOf(ctx.db, version, { heldOnly: true });
  if (buckets.length === 0) {
    await noteReleased(ctx.db, version, undefined);
    return 0;
  }
  let released = 0;
  for (const bucket of buckets) {
    const count = await releaseSlice(ctx, version, bucket);
    if (count === 0) break;
    released += count;
  }
  if (released > 0) ctx.signals.raise('inbox');
  return released;
}

/** Some of one bucket, in a transaction between two turns of the engine; none when the rate is used up for now. */
function releaseSlice(ctx: Context, version: VersionKey, bucket: number): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const row = await lockVersionUnlessBusy(tx, version);
    const now = ctx.clock.now();
    // Held though nothing is paused: by a turn that had read the rules just before, or brought from a paused version.
    if (row?.release_rate === null && row.state !== 'paused') await setRelease(tx, version, RELEASE_RATE, now);
    if (row?.release_rate == null || row.release_at === null) return 0;
    const since = Math.max(row.release_at.getTime(), now - CATCH_UP_MS);
    const limit = Math.min(SLICE_MAX, Math.floor(((now - since) * row.release_rate) / 1_000));
    if (limit <= 0) return 0;
    await lockBucket(tx, bucket);
    const rows = await selectSlice(tx, { ...version, bucket, after: 0, limit, heldOnly: true });
    const moved = rows.map((each) => placed(each, releaseInstance(instanceOf(each), now)));
    await saveMoved(tx, moved);
    await noteReleased(tx, version, since + (rows.length * 1_000) / row.release_rate);
    return rows.length;
  });
}
