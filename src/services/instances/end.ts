import { endInstance, freedSlots } from '../../core/journeys/index.ts';
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { instanceOf } from './instance-row.ts';
import { countsOf, placed } from './moved.ts';
import { dropCalls, type InstanceRow, raiseCounts, saveMoved } from './store.ts';
import { takeSlots } from './store-slot.ts';

/** An instance with what its journey allows inside at once, so that its slot can be given back. */
export type EndingRow = InstanceRow & { readonly max_inside: number | null };

/**
 * Ends instances of one bucket where they stand: their log, their counters, their calls and slots. The caller has locked the bucket;
 * the log's partition for `now` exists.
 */
export async function endInstances(
  tx: Transaction,
  bucket: number,
  rows: readonly EndingRow[],
  end: { readonly reason: string; readonly detail?: JsonObject; readonly now: Instant },
): Promise<void> {
  if (rows.length === 0) return;
  const moves = rows.map((row) => {
    const before = instanceOf(row);
    return { row, before, after: endInstance(before, end.reason, end.now, end.detail) };
  });
  await saveMoved(
    tx,
    moves.map(({ row, after }) => placed(row, after)),
  );
  await dropCalls(
    tx,
    bucket,
    rows.map((row) => row.instance_id),
  );
  const freed = new Map<string, number>();
  for (const row of rows) {
    if (row.dry_run) continue;
    const maxInside = row.max_inside ?? undefined;
    for (const name of freedSlots({ key: row.journey_key, maxInside })) freed.set(name, (freed.get(name) ?? 0) - 1);
  }
  await takeSlots(tx, freed);
  await raiseCounts(
    tx,
    moves.flatMap(({ before, after }) => countsOf(before, after)),
  );
}
