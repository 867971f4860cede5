import { PROFILES } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Database } from '../../platform/sql/index.ts';
import { populationQuery, prepareForPopulations } from '../rules/index.ts';
import { loadLive } from './load-live.ts';
import { selectDiffering, selectProgress } from './store.ts';

/** How many of the differing people are looked at twice. */
const LOOKED_AT_MAX = 10_000;

/**
 * Of each live audience, how many people are members although the rule is not true of them, or the other way round, with nothing on
 * its way to them that would explain it; audiences without any are left out. Who differs is looked at twice, because time goes on
 * while one looks. Nothing can be said while buckets are being filled.
 */
export async function countDiffering(
  db: Database,
  clock: { now(): Instant },
): Promise<{ readonly key: string; readonly people: number }[]> {
  const { buckets, done } = await selectProgress(db);
  if (buckets !== done) return [];
  const { audiences, catalog } = await loadLive(db);
  const found = [];
  for (const { key } of audiences.all) {
    const rule = { audience: key };
    const differing = await db.transaction(async (tx) => {
      await prepareForPopulations(tx);
      const now = clock.now();
      const first = await selectDiffering(tx, {
        key,
        population: populationQuery({ rule, catalog, on: PROFILES, now }),
        limit: LOOKED_AT_MAX,
        now,
      });
      if (first.length === 0) return first;
      const again = clock.now();
      const among = { people: first };
      const population = populationQuery({ rule, catalog, on: PROFILES, among, now: again });
      return selectDiffering(tx, { key, population, among: first, limit: LOOKED_AT_MAX, now: again });
    });
    if (differing.length > 0) found.push({ key, people: differing.length });
  }
  return found;
}
