import { type JourneyDefinition, moveVersion } from '../../core/journeys/index.ts';
import { type Instant, inLanguage, say } from '../../core/kernel/index.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { bucketsOf, type VersionKey } from '../instances/index.ts';
import { raiseEpoch } from '../live/index.ts';
import { endSlice } from './empty-version.ts';
import { forecastRead } from './forecast-read.ts';
import { READ_RATE } from './read-audience.ts';
import { insertVersion, lockBuckets, lockVersions, setState } from './store.ts';
import { cancelReads, forgetMembers, forgetTriedReads, handDownReads } from './store-read.ts';
import { timesOf } from './times-of.ts';
import { winnersFor } from './winners-for.ts';

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
  const winners = await winnersFor(tx, rows, body);
  const forecast = await forecastRead(tx, body, now);
  if (forecast) {
    const { audience: audienceKey, incremental, rate = READ_RATE } = forecast;
    await handDownReads(tx, { key: body.key, audienceKey }, { version: version.version, incremental, rate });
  }
  for (const row of rows) {
    if (row.version === version.version) {
      if (row.state === 'dry_run') await endDryRun(tx, version, body, now);
      await forgetTriedReads(tx, version);
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
    await cancelReads(tx, at, now);
    await forgetMembers(tx, at);
  }
  const times = { endsAt: timesOf(body, now).endsAt, nextReadAt: forecast?.nextAt };
  await insertVersion(tx, { ...version, ...times, winners, state: 'live', body: JSON.stringify(body), now });
  await raiseEpoch(tx);
}

async function endDryRun(tx: Transaction, version: VersionKey, body: JourneyDefinition, now: Instant): Promise<void> {
  await ensureMonthPartitions(tx, 'journey_step', [now]);
  const buckets = await bucketsOf(tx, version, { dryRunOnly: true });
  const at = { ...version, limit: SLICE_MAX, body, reason: 'stopped', now, dryRunOnly: true };
  for (const bucket of buckets) while ((await endSlice(tx, { ...at, bucket })) === SLICE_MAX);
}
