import type { Database } from '../../platform/sql/index.ts';
import type { LiveRules } from './live-rules.ts';
import { readRules } from './read-rules.ts';
import { selectEpoch } from './store.ts';

const known = new WeakMap<object, LiveRules>();

/** The rules that were last found in force; for who finds out by the epoch, under a lock, whether they still are. */
export function recentLive(db: Database): LiveRules | undefined {
  return known.get(db);
}

/** The rules in force, compiled. Remembered per database object: as long as the epoch stays, a call costs one look at it. */
export async function loadLive(db: Database): Promise<LiveRules> {
  const before = known.get(db);
  if (before && before.epoch === (await selectEpoch(db))) return before;
  for (;;) {
    const epoch = await selectEpoch(db);
    const rules = await readRules(db);
    // Published meanwhile: what was read may be half old and half new.
    if ((await selectEpoch(db)) !== epoch) continue;
    const live = { epoch, ...rules };
    known.set(db, live);
    return live;
  }
}
