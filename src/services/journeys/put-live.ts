import { instantOf, type JourneyDefinition, moveVersion } from '../../core/journeys/index.ts';
import { AppError, type Instant, inLanguage, say, says } from '../../core/kernel/index.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { bucketsOf, type VersionKey } from '../instances/index.ts';
import { raiseEpoch } from '../live/index.ts';
import { endSlice } from './empty-version.ts';
import { nextRead } from './next-read.ts';
import { insertVersion, lockBuckets, lockVersions, setState } from './store.ts';
import { cancelReads, forgetReads, handDownRead } from './store-read.ts';

const SLICE_MAX = 5_000;

/**
 * Puts a version that is being published in force: from its commit on people enter this version, and the one before is closed to
 * entries. A dry run of the same version ends. Part of the transaction that publishes.
 */
export async function putVersionLive(
  tx: Transaction,
  input: { readonly version: number; readonly body: JourneyDefinition; readonly now: Instant },
): Promise<void> {
  const { body, now } = input;
  const version = { key: body.key, version: input.version };
  const rows = await lockVersions(tx, body.key);
  await lockBuckets(tx);
  for (const row of rows) {
    if (row.version === version.version) {
      if (row.state === 'dry_run') await endDryRun(tx, version, body, now);
      await forgetReads(tx, version);
      continue;
    }
    const moved = moveVersion({ state: row.state, closed: row.closed_at !== null }, 'replaced');
    if (moved.kind !== 'moved') continue;
    const reason =
      row.state === 'paused'
        ? row.reason
        : inLanguage(say('Version {version} has taken its place.', { version: version.version }));
    const at = { key: row.journey_key, version: row.version };
    await setState(tx, at, { state: moved.state, hold: row.hold, closed: true, reason, now });
    if ('incremental' in body.entry && body.entry.incremental) {
      await handDownRead(tx, at, { version: version.version, audienceKey: body.entry.read });
    }
    await cancelReads(tx, at, now);
  }
  await insertVersion(tx, { ...version, ...timesOf(body, now), state: 'live', body: JSON.stringify(body), now });
  await raiseEpoch(tx);
}

async function endDryRun(tx: Transaction, version: VersionKey, body: JourneyDefinition, now: Instant): Promise<void> {
  await ensureMonthPartitions(tx, 'journey_step', [now]);
  const buckets = await bucketsOf(tx, version, { dryRunOnly: true });
  const at = { ...version, limit: SLICE_MAX, body, reason: 'stopped', now, dryRunOnly: true };
  for (const bucket of buckets) while ((await endSlice(tx, { ...at, bucket })) === SLICE_MAX);
}

/** When a version ends, and when it first reads its audience. @throws AppError `invalid` for a schedule that names no time. */
export function timesOf(
  body: JourneyDefinition,
  now: Instant,
): { readonly endsAt: Instant | undefined; readonly nextReadAt: Instant | undefined } {
  const zone = body.time_zone === 'profile' ? body.fallback_zone : body.time_zone;
  const startsAt = body.starts_at === undefined ? now : (instantOf(body.starts_at, zone) ?? now);
  const endsAt = body.ends_at === undefined ? undefined : instantOf(body.ends_at, zone);
  const { entry } = body;
  if (!('read' in entry) || 'business_event' in entry) return { endsAt, nextReadAt: undefined };
  try {
    return { endsAt, nextReadAt: nextRead(entry.schedule, { after: Math.max(now, startsAt), first: true }) };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const said = says('{text}', { text });
    const problems = [{ path: 'entry.schedule', ...said, expected: 'a schedule such as { cron: "0 9 * * 1" }' }];
    throw new AppError('invalid', say('The journey "{key}" cannot be scheduled.', { key: body.key }), {
      problems,
      cause,
    });
  }
}
