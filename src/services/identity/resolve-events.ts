// Owns: finding or creating the profiles of what lies in inboxes, with a fixed number of statements.
// Does not own: the decision (core/identity), the locks of the buckets (services/engine), merging (merge-profiles).
// Invariants: 1. rows of `identity` are written in held buckets only; those of others are asked for through their inbox; 2. two people
// who turn out to be one are merged later, by a transaction that holds both buckets.
import type { InboxItem } from '../../core/engine/index.ts';
import {
  type IdentityConflict,
  type IdentityPolicy,
  involvedPlaces,
  isSamePlace,
  newProfilesMax,
  type Place,
  placeKey,
  type ResolveItem,
  type ResolvePlan,
  resolve,
} from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Identity, identityKey } from '../../core/profiles/index.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { type InboxRow, putItems } from '../ingest/index.ts';
import { followPlaces, lockLinks } from '../profiles/index.ts';
import {
  countIdentities,
  drawProfileIds,
  findOwners,
  insertConflicts,
  insertIdentities,
  insertMergeRequests,
  insertProfiles,
} from './store.ts';

/** A row of the inbox. Rows of any kind may be given: those that name a profile are only followed to what it became. */
export type UnresolvedItem = {
  /** Whose inbox it lies in; the caller holds its lock. */
  readonly bucket: number;
  readonly inboxId: number;
  readonly profileId: number | null;
  readonly item: InboxItem;
};

export type ResolvedItem =
  /** The profile lives in the item's bucket. `isNew`: created for this item. */
  | {
      readonly kind: 'here';
      readonly profileId: number;
      readonly isNew: boolean;
      readonly refused: readonly Identity[];
    }
  /** It belongs into another bucket's inbox; without a profile it has to be resolved there. */
  | {
      readonly kind: 'forward';
      readonly bucket: number;
      readonly profileId: number | null;
      /** Identities that the item names and that stay another profile's. */
      readonly refused: readonly Identity[];
    }
  /** Nothing is left to do: a link, or something about a profile that was deleted. */
  | { readonly kind: 'done' };

type Options = {
  readonly now: Instant;
  readonly buckets: ReadonlySet<number>;
  /** Absent: the built-in limits. */
  readonly policy?: IdentityPolicy | undefined;
};

/**
 * Finds or creates the profiles of inbox rows, in their order; one answer per row. Writes profiles, identities, links for other
 * buckets and requests to merge. `buckets` are those whose locks the transaction holds.
 */
export async function resolveEvents(
  tx: Transaction,
  items: readonly UnresolvedItem[],
  options: Options,
): Promise<ResolvedItem[]> {
  const homeOf = rememberHomes();
  const followed = await followNamed(tx, items);
  const answers: ResolvedItem[] = [];
  const open: { readonly index: number; readonly bucket: number; readonly item: ResolveItem }[] = [];
  items.forEach((row, index) => {
    const { bucket, profileId, item } = row;
    const first = item.kind === 'event' ? item.identities[0] : item.kind === 'link' ? item.identity : undefined;
    const place = profileId === null ? undefined : followed.get(placeKey({ bucket, profileId }));
    if (place) answers[index] = answerOf(bucket, { place, isNew: false, refused: [] });
    else if (!first) answers[index] = { kind: 'done' };
    else if (homeOf(first) !== bucket)
      answers[index] = { kind: 'forward', bucket: homeOf(first), profileId: null, refused: [] };
    else if (item.kind === 'link') {
      const to = followed.get(placeKey(item.to));
      answers[index] = { kind: 'done' };
      if (!to) return;
      const { identity, explicit = false } = item;
      open.push({ index, bucket, item: { kind: 'link', identity, to, explicit } });
    } else if (item.kind === 'event') {
      const { identities, type } = item;
      open.push({ index, bucket, item: { kind: 'event', identities, explicit: type === 'alias' } });
    }
  });
  const plan = await planOf(
    tx,
    open.map(({ item }) => item),
    { held: options.buckets, homeOf, policy: options.policy },
  );
  await storePlan(tx, plan, { now: options.now, homeOf });
  open.forEach(({ index, bucket }, position) => {
    const found = plan.places[position];
    if (found) answers[index] = answerOf(bucket, found);
  });
  await confirmDisowned(tx, items, { answers, homeOf });
  return answers;
}

/** What was another's when it was disowned may be the person's by now: `refused` has what is not. */
async function confirmDisowned(
  tx: Transaction,
  items: readonly UnresolvedItem[],
  { answers, homeOf }: Homes & { readonly answers: ResolvedItem[] },
): Promise<void> {
  const disownedOf = ({ item }: UnresolvedItem) => (item.kind === 'touch' ? (item.disowned ?? []) : []);
  const all = items.flatMap(disownedOf);
  if (all.length === 0) return;
  const rows = await findOwners(
    tx,
    all.map((identity) => ({ identity, home: homeOf(identity) })),
  );
  const owners = new Map(rows.map((row) => [identityKey(row), row.place]));
  items.forEach((row, index) => {
    const answer = answers[index];
    if (answer?.kind !== 'here') return;
    const place = { bucket: row.bucket, profileId: answer.profileId };
    const refused = disownedOf(row).filter((identity) => {
      const owner = owners.get(identityKey(identity));
      return owner !== undefined && !isSamePlace(owner, place);
    });
    if (refused.length > 0) answers[index] = { ...answer, refused };
  });
}

function answerOf(bucket: number, { place, isNew, refused }: NonNullable<ResolvePlan['places'][number]>): ResolvedItem {
  return place.bucket === bucket
    ? { kind: 'here', profileId: place.profileId, isNew, refused }
    : { kind: 'forward', bucket: place.bucket, profileId: place.profileId, refused };
}

/** The bucket of each identity, hashed once. */
function rememberHomes(): (identity: Identity) => number {
  const homes = new Map<string, number>();
  return (identity) => {
    const key = identityKey(identity);
    const known = homes.get(key);
    if (known !== undefined) return known;
    const home = bucketOf(identity.namespace, identity.value);
    homes.set(key, home);
    return home;
  };
}

/** What became of the profiles that items name. */
async function followNamed(tx: Transaction, items: readonly UnresolvedItem[]): Promise<Map<string, Place>> {
  const named = new Map<string, Place>();
  for (const { bucket, profileId, item } of items) {
    const place = profileId !== null ? { bucket, profileId } : item.kind === 'link' ? item.to : undefined;
    if (place) named.set(placeKey(place), place);
  }
  const keys = [...named.keys()];
  const places = await followPlaces(tx, [...named.values()]);
  return new Map(
    places.flatMap((place, index) => {
      const key = keys[index];
      return place && key !== undefined ? [[key, place] as const] : [];
    }),
  );
}

type Homes = { readonly homeOf: (identity: Identity) => number };

async function planOf(
  tx: Transaction,
  items: readonly ResolveItem[],
  { held, homeOf, policy }: Homes & { readonly held: ReadonlySet<number>; readonly policy: IdentityPolicy | undefined },
): Promise<ResolvePlan> {
  const wanted = new Map<string, Identity>();
  for (const item of items) {
    for (const identity of item.kind === 'link' ? [item.identity] : item.identities) {
      wanted.set(identityKey(identity), identity);
    }
  }
  const homed = [...wanted.values()].map((identity) => ({ identity, home: homeOf(identity) }));
  const look = async () => new Map((await findOwners(tx, homed)).map((row) => [identityKey(row), row.place]));
  let known = await look();
  let involved = involvedPlaces(items, known, policy);
  const locked = new Set(involved.locked.map(placeKey));
  if (locked.size > 0) {
    await lockLinks(tx, involved.locked);
    // Who held a lock until now may have changed what was read before it.
    known = await look();
    involved = involvedPlaces(items, known, policy);
  }
  const counts = new Map<string, Map<string, number>>();
  for (const { bucket, profileId, namespace, count } of await countIdentities(tx, involved.counted)) {
    const key = placeKey({ bucket, profileId });
    counts.set(key, (counts.get(key) ?? new Map<string, number>()).set(namespace, count));
  }
  const newProfileIds = await drawProfileIds(tx, newProfilesMax(items, known));
  return resolve({ items, known, counts, locked, homeOf, held, newProfileIds, policy });
}

async function storePlan(
  tx: Transaction,
  plan: ResolvePlan,
  { now, homeOf }: Homes & { readonly now: Instant },
): Promise<void> {
  const created = plan.created.map(({ place, identities }) => ({
    place,
    email: identities.find(({ namespace }) => namespace === 'email')?.value ?? null,
    phone: identities.find(({ namespace }) => namespace === 'phone')?.value ?? null,
  }));
  await insertProfiles(tx, created, now);
  const identities = plan.identities.map(({ identity, place }) => ({ identity, home: homeOf(identity), place }));
  await insertIdentities(tx, identities, now);
  const links = plan.links.map(({ identity, place, explicit }) => ({
    bucket: homeOf(identity),
    profileId: null,
    item: { kind: 'link', identity, to: place, ...(explicit ? { explicit } : {}) } as const,
  }));
  await putItems(tx, [...links, ...plan.disowned.map(({ identity, place }) => disowning(place, [identity]))], now);
  const merges = plan.merges.map(
    ({ from, into, explicit }) => ({ from, into, cause: explicit ? 'alias' : 'event' }) as const,
  );
  await insertMergeRequests(tx, merges, now);
  await insertConflicts(tx, plan.conflicts.map(conflictRow), now);
}

/** Tells a person that addresses which an event said of them are another's. */
export function disowning({ bucket, profileId }: Place, disowned: readonly Identity[]): InboxRow {
  return { bucket, profileId, item: { kind: 'touch', cause: 'profile', disowned } };
}

function conflictRow({ place, namespace, identity, other }: IdentityConflict) {
  return {
    place,
    namespace,
    identity: `${identity.namespace}:${identity.value}`,
    other: 'profileId' in other ? `profile ${other.profileId}` : `${other.namespace}:${other.value}`,
    reason: namespace === 'user_id' ? 'two_users' : 'limit',
  } as const;
}
