import { moveVersion } from '../../core/journeys/index.ts';
import { AppError, type Instant, inLanguage, say } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { countInside } from '../instances/index.ts';
import { raiseEpoch } from '../live/index.ts';
import { lockBuckets, lockTests, lockVersions, setState } from './store.ts';
import { cancelReads, forgetMembers } from './store-read.ts';

/**
 * Takes every version of a journey out of force, and ends its test; part of the transaction that archives its definition.
 * @throws AppError `conflict` while people are in it: they would have nowhere to go.
 */
export async function retireJourney(tx: Transaction, key: string, now: Instant): Promise<void> {
  const rows = await lockVersions(tx, key);
  const tests = await lockTests(tx, key);
  await lockBuckets(tx);
  const inside = await countInside(tx, key);
  if (inside > 0) {
    throw new AppError(
      'conflict',
      say(
        '{count} {count:instance is|instances are} in journey "{key}". Stop it first, archive it with its people stopped, or close it and wait.',
        {
          count: inside,
          key,
        },
      ),
    );
  }
  for (const row of [...rows, ...tests]) {
    const version = { key: row.journey_key, version: row.version };
    const moved = moveVersion({ state: row.state, closed: row.closed_at !== null }, 'retired');
    if (moved.kind !== 'moved') continue;
    await setState(tx, version, {
      state: moved.state,
      hold: null,
      closed: true,
      reason: inLanguage(say('The journey was archived.')),
      now,
    });
    await cancelReads(tx, version, now);
    await forgetMembers(tx, version);
  }
  await raiseEpoch(tx);
}
