import type { Queryable } from '../../platform/sql/index.ts';
import { type DeviceRow, upsertDevices } from './store.ts';

/** Keeps the devices that events came from. A token that was seen with somebody else before is taken from them. */
export async function saveDevices(tx: Queryable, rows: readonly DeviceRow[]): Promise<void> {
  if (rows.length > 0) await upsertDevices(tx, rows);
}
