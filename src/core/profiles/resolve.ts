// Owns: which profile a row of identities names.
// Does not own: where identities are stored, and who may write them at the same time.
// Invariants: (1) rows are taken in order, and a row sees the identities that earlier rows linked; (2) an identity never moves to
// another profile; (3) a row that names two profiles changes nothing, and neither does one that would give a profile a second user id.

import type { Identity } from './identity.ts';

const USER_ID = 'user_id';

/** Where a profile lives; a profile not yet stored has its number drawn later. */
export type ProfilePlace = { bucket: number; profileId: number | undefined };

export type IdentityRow = { readonly line: number; readonly identities: readonly Identity[] };

export type Resolution = {
  /** One per row, in order: the profile, or undefined when the row names two. */
  readonly places: readonly (ProfilePlace | undefined)[];
  /** The profiles to create: the places whose number is still undefined. */
  readonly created: readonly ProfilePlace[];
  /** The identities to store, each with the profile that it names from now on. */
  readonly linked: readonly (Identity & { readonly place: ProfilePlace; readonly line: number })[];
};

/**
 * Resolves rows against the identities already known. `bucketOf` says where a new profile lives: in the bucket of the first
 * identity of the row that creates it. `users` are those of the known profiles that have a user id, of which nobody has two.
 */
export function resolveRows(
  rows: readonly IdentityRow[],
  known: ReadonlyMap<string, ProfilePlace>,
  bucketOf: (namespace: string, value: string) => number,
  users: readonly ProfilePlace[] = [],
): Resolution {
  const owners = new Map(known);
  const withUser = new Set(users.map(placeName));
  const created: ProfilePlace[] = [];
  const linked: (Identity & { place: ProfilePlace; line: number })[] = [];
  const places = rows.map(({ line, identities }) => {
    let place: ProfilePlace | undefined;
    for (const identity of identities) {
      const owner = owners.get(identityKey(identity));
      if (owner === undefined) continue;
      if (place !== undefined && !samePlace(place, owner)) return undefined;
      place = owner;
    }
    const [first] = identities;
    if (place === undefined && first === undefined) return undefined;
    if (place === undefined && first !== undefined) {
      place = { bucket: bucketOf(first.namespace, first.value), profileId: undefined };
      created.push(place);
    }
    const user = identities.find(({ namespace }) => namespace === USER_ID);
    if (user && place && !owners.has(identityKey(user))) {
      if (withUser.has(placeName(place))) return undefined;
      withUser.add(placeName(place));
    }
    for (const identity of identities) {
      if (place === undefined || owners.has(identityKey(identity))) continue;
      owners.set(identityKey(identity), place);
      linked.push({ ...identity, place, line });
    }
    return place;
  });
  return { places, created, linked };
}

/** The text under which an identity is looked up in a map. */
export function identityKey({ namespace, value }: Identity): string {
  return `${namespace}\0${value}`;
}

/** Stored profiles by their place, new ones by themselves. */
function placeName(place: ProfilePlace): string | ProfilePlace {
  return place.profileId === undefined ? place : `${place.bucket}/${place.profileId}`;
}

function samePlace(a: ProfilePlace, b: ProfilePlace): boolean {
  return a === b || (a.profileId !== undefined && a.profileId === b.profileId && a.bucket === b.bucket);
}
