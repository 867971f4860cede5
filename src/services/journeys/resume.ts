import { PROFILES } from '../../core/data/index.ts';
import { releaseInstance } from '../../core/journeys/index.ts';
import { type Instant, inLanguage, say } from '../../core/kernel/index.ts';
import { type Rule, sentenceOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { resumeJourneySends } from '../deliveries/index.ts';
import {
  bucketsOf,
  endInstances,
  instanceOf,
  placed,
  releaseCalls,
  saveMoved,
  selectSlice,
  type VersionKey,
} from '../instances/index.ts';
import { populationQuery } from '../rules/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { type Commanded, commandVersion } from './command.ts';
import { checkFilter, problemsOfFilter } from './count-held.ts';
import type { VersionAddress } from './find-version.ts';
import { pauseJourney } from './pause.ts';
import { lockBucket, lockVersionUnlessBusy, noteReleased, selectBody, setRelease } from './store.ts';
import { selectPlaces } from './store-release.ts';

/** People per second that are let go when nobody says otherwise. */
export const RELEASE_RATE = 5_000;
/** What has not been used of a rate is lost after this: a pause of the scheduler is not made up for in one go. */
const CATCH_UP_MS = 1_000;
const SLICE_MAX = 1_000;

/**
 * Lets a version go on: people enter again, queued messages leave, and who was held is let go at `rate` people per second. With a
 * `filter` only those of whom it is true when their turn comes; the others leave the journey.
 */
export async function resumeJourney(
  ctx: Context,
  input: VersionAddress & { readonly rate?: number | undefined; readonly filter?: Rule | undefined },
): Promise<Commanded> {
  const { filter, rate } = input;
  if (filter !== undefined) await checkFilter(ctx.db, filter);
  return commandVersion(ctx, input, {
    command: 'resume',
    reason: null,
    consequences: async (tx, version, _row, now) => {
      await resumeJourneySends(tx, ctx, { journeyKey: version.key, version: version.version });
      await releaseCalls(tx, version, now);
      await setRelease(tx, version, { rate: rate ?? RELEASE_RATE, filter, now });
    },
  });
}

/**
 * Lets go as many of the held people as the rate allows now. Resolves to how many; the rest is for later turns. When what the filter
 * names has changed meanwhile, so that nobody can be judged by it, the version is paused again and says so.
 */
export async function releasePeople(ctx: Context, version: VersionKey, filter: Rule | null): Promise<number> {
  const [problem] = filter === null ? [] : await problemsOfFilter(ctx.db, filter);
  if (problem) {
    const reason = inLanguage(
      say('The filter with which it went on is not valid any more: {problem}', { problem: problem.wording }),
    );
    await pauseJourney(ctx, { ...version, reason });
    return 0;
  }
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
async function releaseSlice(ctx: Context, version: VersionKey, bucket: number): Promise<number> {
  await ensureMonthPartitions(ctx.db, 'journey_step', [ctx.clock.now()]);
  return ctx.db.transaction(async (tx) => {
    const row = await lockVersionUnlessBusy(tx, version);
    const now = ctx.clock.now();
    // Held though nothing is paused: by a turn that had read the rules just before, or brought from a paused version.
    if (row?.release_rate === null && row.state !== 'paused') {
      await setRelease(tx, version, { rate: RELEASE_RATE, filter: undefined, now });
    }
    if (row?.release_rate == null || row.release_at === null) return 0;
    const since = Math.max(row.release_at.getTime(), now - CATCH_UP_MS);
    const limit = Math.min(SLICE_MAX, Math.floor(((now - since) * row.release_rate) / 1_000));
    if (limit <= 0) return 0;
    await lockBucket(tx, bucket);
    const rows = await selectSlice(tx, { ...version, bucket, after: 0, limit, heldOnly: true });
    const leaving =
      row.release_filter === null ? [] : await endUnfit(tx, version, { rows, filter: row.release_filter, now });
    const moved = rows
      .filter((each) => !leaving.includes(each))
      .map((each) => placed(each, releaseInstance(instanceOf(each), now)));
    await saveMoved(tx, moved);
    await noteReleased(tx, version, since + (rows.length * 1_000) / row.release_rate);
    return rows.length;
  });
}

type Held = Awaited<ReturnType<typeof selectSlice>>[number];

/** Ends those of whom the filter is not true any more; answers who that is. */
async function endUnfit(
  tx: Transaction,
  version: VersionKey,
  { rows, filter, now }: { readonly rows: readonly Held[]; readonly filter: Rule; readonly now: Instant },
): Promise<readonly Held[]> {
  const [first] = rows;
  if (!first) return [];
  const catalog = await loadCatalog(tx);
  const people = rows.map((row) => ({ bucket: row.bucket, profileId: row.profile_id }));
  const fitting = await selectPlaces(
    tx,
    populationQuery({ rule: filter, catalog, on: PROFILES, among: { people }, now }),
  );
  const staying = new Set(fitting.map((one) => one.profile_id));
  const leaving = rows.filter((row) => !staying.has(row.profile_id));
  const body = await selectBody(tx, version);
  await endInstances(
    tx,
    first.bucket,
    leaving.map((row) => ({ ...row, max_inside: body?.max_inside ?? null })),
    { reason: 'filtered', detail: { filter: sentenceOf(filter, catalog) }, now },
  );
  return leaving;
}
