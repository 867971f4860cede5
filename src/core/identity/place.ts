/** Where a profile lives, which is also what it is called. */
export type Place = { readonly bucket: number; readonly profileId: number };

/** The text under which a place is looked up in a map. */
export function placeKey({ bucket, profileId }: Place): string {
  return `${bucket}/${profileId}`;
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.profileId === b.profileId && a.bucket === b.bucket;
}
