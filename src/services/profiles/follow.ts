import type { Place } from '../../core/identity/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { findPlaces } from './store.ts';

/**
 * Where the profiles of these places are now, one answer each: the place itself, the profile that it was merged into, or undefined
 * when it was deleted.
 */
export async function followPlaces(db: Queryable, places: readonly Place[]): Promise<(Place | undefined)[]> {
  const rows = await findPlaces(db, places);
  return rows.map(({ bucket, profileId }) =>
    bucket === null || profileId === null ? undefined : { bucket, profileId },
  );
}
