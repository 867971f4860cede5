import type { Instant, Json, JsonObject } from '../../core/kernel/index.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { insertMembers, upsertGroups } from './store.ts';

/** That a person belongs to a group, and what was said about the group. */
export type GroupRow = {
  readonly bucket: number;
  readonly profileId: number;
  readonly groupKey: string;
  readonly traits: JsonObject;
  readonly at: Instant;
};

/** By which a group's key says where it is kept. */
export const NAMESPACE = 'group';

/** Keeps groups and who belongs to them. Of several rows about one group the last that has a trait gives its value; null clears it. */
export async function saveGroups(tx: Queryable, rows: readonly GroupRow[]): Promise<void> {
  if (rows.length === 0) return;
  const traits = new Map<string, Record<string, Json>>();
  let latest = 0;
  for (const row of rows) {
    traits.set(row.groupKey, { ...traits.get(row.groupKey), ...row.traits });
    latest = Math.max(latest, row.at);
  }
  const groups = [...traits].map(([groupKey, said]) => ({
    bucket: bucketOf(NAMESPACE, groupKey),
    groupKey,
    traits: JSON.stringify(said),
  }));
  await upsertGroups(tx, groups, latest);
  await insertMembers(tx, rows);
}
