import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { endInstances } from '../instances/index.ts';
import { type LiveRules, type OverVersion, versionName } from '../live/index.ts';
import type { InstanceRow } from './store-instances.ts';

/**
 * Ends those of some people's instances whose version is over, and answers all of them as they stand then: a process that died between
 * the end of a version and that of its people leaves them to whoever comes to them first.
 */
export async function endOver(
  tx: Transaction,
  rows: readonly InstanceRow[],
  { live, now }: { readonly live: LiveRules; readonly now: Instant },
): Promise<readonly InstanceRow[]> {
  if (live.over.size === 0) return rows;
  const overOf = (row: InstanceRow) =>
    row.state === 'ended' ? undefined : live.over.get(versionName(row.journey_key, row.version));
  const groups = new Map<string, { readonly over: OverVersion; readonly rows: InstanceRow[] }>();
  for (const row of rows) {
    const over = overOf(row);
    if (!over) continue;
    const name = `${row.bucket} ${over.reason}`;
    const group = groups.get(name) ?? { over, rows: [] };
    group.rows.push(row);
    groups.set(name, group);
  }
  for (const { over, rows: ending } of groups.values()) {
    const [first] = ending;
    if (!first) continue;
    const places = ending.map((row) => ({
      ...row,
      profile_id: row.profileId,
      max_inside: overOf(row)?.maxInside ?? null,
    }));
    await endInstances(tx, first.bucket, places, { reason: over.reason, now });
  }
  return rows.map((row) => {
    const over = overOf(row);
    return over === undefined ? row : ended(row, over, now);
  });
}

function ended(row: InstanceRow, { reason }: OverVersion, now: Instant): InstanceRow {
  const body = { ...row.body, positions: [] };
  return { ...row, body, state: 'ended', ended_at: new Date(now), end_reason: reason };
}
