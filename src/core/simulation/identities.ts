import {
  type IdentityCounts,
  type IdentityPolicy,
  type Place,
  placeKey,
  type ResolvePlan,
  resolve,
} from '../identity/index.ts';
import { type Identity, identityKey } from '../profiles/index.ts';

/** Which identity is whose in a simulated world. Profiles are told apart by their number. */
export type Identities = {
  readonly merged: number;
  /** Says that a profile exists, so that no new one gets its number. */
  know(place: Place): void;
  own(identity: Identity, place: Place): void;
  countsOf(place: Place): IdentityCounts;
  /** The place that stayed of the one that it once was. */
  follow(profileId: number): number;
  /** The owner of an identity as it is now. */
  ownerOf(identity: Identity): number | undefined;
  /** Resolves one event; what it links is linked. The merges are left to the caller. */
  resolve(event: { readonly identities: readonly Identity[]; readonly explicit: boolean }): ResolvePlan;
  merge(dead: Place, survivor: Place): void;
};

export function openIdentities(
  bucketOf: (namespace: string, value: string) => number,
  policy: IdentityPolicy,
): Identities {
  const owners = new Map<string, number>();
  const places = new Map<number, Place>();
  const counts = new Map<number, Map<string, number>>();
  const aliases = new Map<number, number>();
  let lastId = 0;
  const homeOf = ({ namespace, value }: Identity) => bucketOf(namespace, value);
  const follow = (profileId: number): number => {
    let at = profileId;
    for (let next = aliases.get(at); next !== undefined; next = aliases.get(at)) at = next;
    return at;
  };
  const countsOf = ({ profileId }: Place) => counts.get(profileId) ?? new Map<string, number>();
  const ownerOf = (identity: Identity) => {
    const profileId = owners.get(identityKey(identity));
    return profileId === undefined ? undefined : follow(profileId);
  };
  const identities: Identities = {
    get merged() {
      return aliases.size;
    },
    know({ bucket, profileId }) {
      if (!places.has(profileId)) places.set(profileId, { bucket, profileId });
      lastId = Math.max(lastId, profileId);
    },
    own(identity, place) {
      identities.know(place);
      owners.set(identityKey(identity), place.profileId);
      const own = countsOf(place);
      counts.set(place.profileId, own.set(identity.namespace, (own.get(identity.namespace) ?? 0) + 1));
    },
    countsOf,
    follow,
    ownerOf,
    resolve(event) {
      const known = new Map<string, Place>();
      const involved = new Map<string, IdentityCounts>();
      for (const identity of event.identities) {
        const place = places.get(ownerOf(identity) ?? Number.NaN);
        if (!place) continue;
        known.set(identityKey(identity), place);
        involved.set(placeKey(place), countsOf(place));
      }
      const plan = resolve({
        items: [{ kind: 'event', ...event }],
        known,
        counts: involved,
        locked: new Set(involved.keys()),
        homeOf,
        held: new Set(event.identities.map(homeOf)),
        newProfileIds: [lastId + 1],
        policy,
      });
      for (const { identity, place } of plan.identities) identities.own(identity, place);
      return plan;
    },
    merge(dead, survivor) {
      aliases.set(dead.profileId, survivor.profileId);
      const own = countsOf(survivor);
      for (const [namespace, count] of countsOf(dead)) own.set(namespace, (own.get(namespace) ?? 0) + count);
      counts.set(survivor.profileId, own);
    },
  };
  return identities;
}
