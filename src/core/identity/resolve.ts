// Owns: which profile an event belongs to, and what follows for the identities that it names.
// Does not own: where identities are stored and who may write them when (services/identity).
// Invariants: 1. items are taken in order, and one sees what earlier ones linked; 2. an identity that has a profile never moves to
// another one: two profiles become one by a merge only; 3. a link or merge that would pass a limit does not happen and is reported, and
// the event still has a profile: that of its first identity; 4. an identity that a profile may have once is linked only to a profile
// that is locked for it, or new.
import { type Identity, identityKey } from '../profiles/index.ts';
import { type IdentityCounts, identityLimit, isSingle, namespaceOverLimit } from './limits.ts';
import { isSamePlace, type Place, placeKey } from './place.ts';
import type { IdentityPolicy } from './policy.ts';

export type ResolveItem =
  /** `explicit`: an alias, which says that its identities are one person whatever the limit of users. */
  | { readonly kind: 'event'; readonly identities: readonly Identity[]; readonly explicit: boolean }
  | { readonly kind: 'link'; readonly identity: Identity; readonly to: Place; readonly explicit: boolean };

export type ResolveInput = {
  readonly items: readonly ResolveItem[];
  /** By `identityKey`; merged profiles already followed to what they became. */
  readonly known: ReadonlyMap<string, Place>;
  /** By `placeKey`, of every profile that something may be linked to or merged with. */
  readonly counts: ReadonlyMap<string, IdentityCounts>;
  /** By `placeKey`: nobody else adds to these an identity that a profile may have once. */
  readonly locked: ReadonlySet<string>;
  /** The bucket in which an identity's row lives. */
  readonly homeOf: (identity: Identity) => number;
  /** Buckets whose identities may be written; those of others are asked for through their inbox. */
  readonly held: ReadonlySet<number>;
  readonly newProfileIds: readonly number[];
  readonly policy?: IdentityPolicy | undefined;
};

type Link = { readonly identity: Identity; readonly place: Place; readonly explicit: boolean };

/** `refused`: identities of the event that stay another profile's. */
type EventPlace = { readonly place: Place; readonly isNew: boolean; readonly refused: readonly Identity[] };

export type ResolvePlan = {
  /** One per item; undefined for a link. */
  readonly places: readonly (EventPlace | undefined)[];
  readonly created: readonly { readonly place: Place; readonly identities: readonly Identity[] }[];
  readonly identities: readonly Link[];
  /** For the inbox of the identity's home. */
  readonly links: readonly Link[];
  readonly merges: readonly { readonly from: Place; readonly into: Place; readonly explicit: boolean }[];
  readonly conflicts: readonly IdentityConflict[];
  /** Of links: identities that an event said of a profile and that stay another one's. */
  readonly disowned: readonly { readonly identity: Identity; readonly place: Place }[];
};

/** What was not linked or merged: `identity` and `other` belong together, but `place` would pass the limit of `namespace`. */
export type IdentityConflict = {
  readonly place: Place;
  readonly namespace: string;
  readonly identity: Identity;
  readonly other: Identity | Place;
};

/** How many new profiles `resolve` may need at most. */
export function newProfilesMax(items: readonly ResolveItem[], known: ReadonlyMap<string, Place>): number {
  return items.filter((item) => {
    const first = item.kind === 'link' ? item.identity : item.identities[0];
    return first !== undefined && !known.has(identityKey(first));
  }).length;
}

/**
 * The profiles whose identities have to be counted before `resolve`, because something may be linked to them or they may be merged; and
 * of these the ones to be locked, because what may be linked is an identity that a profile has once.
 */
export function involvedPlaces(
  items: readonly ResolveItem[],
  known: ReadonlyMap<string, Place>,
  policy?: IdentityPolicy,
): { readonly counted: Place[]; readonly locked: Place[] } {
  const counted = new Map<string, Place>();
  const locked = new Map<string, Place>();
  for (const item of items) {
    const identities = item.kind === 'link' ? [item.identity] : item.identities;
    const places = new Map<string, Place>(item.kind === 'link' ? [[placeKey(item.to), item.to]] : []);
    const unknown = identities.filter((identity) => {
      const place = known.get(identityKey(identity));
      if (place) places.set(placeKey(place), place);
      return !place;
    });
    if (unknown.length === 0 && places.size < 2) continue;
    const single = unknown.some(({ namespace }) => isSingle(namespace, policy));
    for (const [key, place] of places) {
      counted.set(key, place);
      if (single) locked.set(key, place);
    }
  }
  return { counted: [...counted.values()], locked: [...locked.values()] };
}

export function resolve(input: ResolveInput): ResolvePlan {
  const state = createState(input);
  const places = input.items.map((item) => {
    if (item.kind === 'event') return resolveEvent(state, item);
    resolveLink(state, item);
    return undefined;
  });
  const { created, identities, links, merges, conflicts, disowned } = state;
  return { places, created, identities, links, merges: [...merges.values()], conflicts, disowned };
}

function resolveEvent(state: State, { identities, explicit }: ResolveItem & { kind: 'event' }): EventPlace | undefined {
  const [first, ...others] = identities;
  if (!first) return undefined;
  const owner = state.ownerOf(first) ?? state.ownerAmong(first, others, explicit);
  const place = owner ?? state.create(first);
  const refused = others.filter((other) => {
    if (explicit && isOtherReading(state, other, others)) return false;
    return !state.join(place, { identity: first, other, explicit });
  });
  return { place, isNew: owner === undefined, refused };
}

/** The id before of an alias may be of a user or anonymous: when it is known as one of them, it is not the other. */
function isOtherReading(state: State, identity: Identity, others: readonly Identity[]): boolean {
  if (state.ownerOf(identity)) return false;
  return others.some((other) => other !== identity && other.value === identity.value && state.ownerOf(other));
}

function resolveLink(state: State, { identity, to, explicit }: ResolveItem & { kind: 'link' }): void {
  const owner = state.ownerOf(identity);
  if (owner) {
    const isTheirs = isSamePlace(owner, to) || state.merge(owner, to, { identity, other: to, explicit });
    if (!isTheirs) state.disowned.push({ identity, place: to });
    return;
  }
  const verdict = state.mayTake(to, identity, explicit);
  if (verdict === 'yes') state.link(identity, to, explicit);
  else if (verdict === 'unsure') state.merge(state.create(identity), to, { identity, other: to, explicit });
  else state.conflicts.push({ place: to, namespace: identity.namespace, identity, other: to });
}

type Reason = { readonly identity: Identity; readonly other: Identity | Place; readonly explicit: boolean };

type State = Pick<ResolvePlan, 'created' | 'identities' | 'links'> & {
  readonly merges: Map<string, ResolvePlan['merges'][number]>;
  readonly conflicts: IdentityConflict[];
  readonly disowned: { readonly identity: Identity; readonly place: Place }[];
  ownerOf(identity: Identity): Place | undefined;
  /** The profile of the first of `others` that has one which `first` may be linked to, and is. */
  ownerAmong(first: Identity, others: readonly Identity[], explicit: boolean): Place | undefined;
  create(first: Identity): Place;
  mayTake(place: Place, identity: Identity, explicit: boolean): 'yes' | 'no' | 'unsure';
  link(identity: Identity, place: Place, explicit: boolean): void;
  /** False: it is another profile's, and the two must not become one. */
  join(place: Place, reason: Reason & { readonly other: Identity }): boolean;
  /** Whether the two are to become one. */
  merge(from: Place, into: Place, reason: Reason): boolean;
};

function createState(input: ResolveInput): State {
  const owners = new Map(input.known);
  const counts = new Map([...input.counts].map(([key, own]) => [key, new Map(own)]));
  const fresh = new Set<string>();
  const created: { place: Place; identities: Identity[] }[] = [];
  const createdBy = new Map<string, Identity[]>();
  const identities: Link[] = [];
  const links: Link[] = [];
  const { policy } = input;
  const countsOf = (place: Place) => counts.get(placeKey(place)) ?? new Map<string, number>();

  const state: State = {
    created,
    identities,
    links,
    merges: new Map(),
    conflicts: [],
    disowned: [],
    ownerOf: (identity) => owners.get(identityKey(identity)),
    ownerAmong(first, others, explicit) {
      for (const other of others) {
        const place = state.ownerOf(other);
        if (!place) continue;
        // Where it may not be, joining the new profile with the other one reports or merges.
        if (state.mayTake(place, first, explicit) !== 'yes') continue;
        state.link(first, place, explicit);
        return place;
      }
      return undefined;
    },
    create(first) {
      const profileId = input.newProfileIds[created.length];
      if (profileId === undefined) throw new RangeError('More profiles are new than were counted.');
      const place = { bucket: input.homeOf(first), profileId };
      const own: Identity[] = [];
      created.push({ place, identities: own });
      createdBy.set(placeKey(place), own);
      fresh.add(placeKey(place));
      state.link(first, place, false);
      return place;
    },
    mayTake(place, { namespace }, explicit) {
      const count = countsOf(place).get(namespace) ?? 0;
      if (count >= identityLimit(namespace, { explicit, policy })) return 'no';
      const key = placeKey(place);
      return isSingle(namespace, policy) && !fresh.has(key) && !input.locked.has(key) ? 'unsure' : 'yes';
    },
    link(identity, place, explicit) {
      owners.set(identityKey(identity), place);
      const own = countsOf(place);
      counts.set(placeKey(place), own.set(identity.namespace, (own.get(identity.namespace) ?? 0) + 1));
      createdBy.get(placeKey(place))?.push(identity);
      const target = input.held.has(input.homeOf(identity)) ? identities : links;
      target.push({ identity, place, explicit });
    },
    join(place, reason) {
      const { identity, other, explicit } = reason;
      const owner = state.ownerOf(other);
      if (owner) {
        return isSamePlace(owner, place) || state.merge(owner, place, reason);
      }
      const verdict = state.mayTake(place, other, explicit);
      if (verdict === 'yes') state.link(other, place, explicit);
      else if (verdict === 'unsure') links.push({ identity: other, place, explicit });
      else state.conflicts.push({ place, namespace: other.namespace, identity: other, other: identity });
      return true;
    },
    merge(from, into, { identity, other, explicit }) {
      const namespace = namespaceOverLimit(countsOf(from), countsOf(into), { explicit, policy });
      if (namespace !== undefined) {
        state.conflicts.push({ place: into, namespace, identity, other });
        return false;
      }
      const key = `${placeKey(from)} ${placeKey(into)}`;
      if (explicit || !state.merges.has(key)) state.merges.set(key, { from, into, explicit });
      return true;
    },
  };
  return state;
}
