import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions } from '../../platform/sql/index.ts';
import { dropOldSlots } from '../instances/index.ts';
import { dropOldDays, ensureDayPartitions } from './store-seen.ts';

/** Partitions are made this long before they are needed. */
const AHEAD_MS = 7 * 86_400_000;

/** Makes the partitions of the days to come, and drops those of days, and counters, that nobody asks about any more. */
export async function keepHouse({ db }: Context, now: Instant): Promise<void> {
  await ensureDayPartitions(db, now);
  for (const parent of ['event', 'audience_change', 'journey_step'] as const) {
    await ensureMonthPartitions(db, parent, [now, now + AHEAD_MS]);
  }
  await dropOldDays(db, now);
  await dropOldSlots(db, now);
}
