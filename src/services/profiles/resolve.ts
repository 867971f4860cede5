import type { Instant } from '../../core/kernel/index.ts';
import type { PhoneOptions, ProfilePlace, Resolution } from '../../core/profiles/index.ts';
import {
  type Identity,
  type IdentityRow,
  identityKey,
  normaliseIdentity,
  resolveRows,
} from '../../core/profiles/index.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import {
  createUnseen,
  drawProfileIds,
  findIdentities,
  findNamed,
  insertIdentities,
  lockBuckets,
  lockLinks,
  valuesRelation,
} from './store.ts';

const USER_ID = 'user_id';

export type Owner = { readonly bucket: number; readonly profileId: number };

/**
 * The profiles that the values name, creating one for each value never seen before. The map is keyed by the value as given; a value
 * that cannot be an identity of the namespace is not in it.
 */
export async function resolveIdentities(
  tx: Queryable,
  namespace: string,
  values: readonly string[],
  options: PhoneOptions & { readonly now: Instant },
): Promise<Map<string, Owner>> {
  const normal = new Map<string, string>();
  for (const value of values) {
    const form = normaliseIdentity(namespace, value, options);
    if (form !== undefined) normal.set(value, form);
  }
  const wanted = [...new Set(normal.values())];
  const find = () =>
    findIdentities(
      tx,
      wanted.map((value) => ({ namespace, value })),
    );
  let found = await find();
  if (found.length < wanted.length) {
    const seen = new Set(found.map((row) => row.value));
    const unseen = wanted.filter((value) => !seen.has(value));
    await lockBuckets(tx, [...new Set(unseen.map((value) => bucketOf(namespace, value)))]);
    await createUnseen(tx, namespace, valuesRelation(namespace, unseen), options.now);
    found = await find();
  }
  const owners = new Map(found.map((row) => [row.value, { bucket: row.bucket, profileId: row.profile_id }]));
  return new Map(
    [...normal].flatMap(([value, form]) => {
      const owner = owners.get(form);
      return owner ? [[value, owner] as const] : [];
    }),
  );
}

/** A resolved row: its profile, whether the profile is new, and whether the row linked a further identity to it. */
export type ResolvedRow = {
  readonly line: number;
  readonly owner: Owner;
  readonly created: boolean;
  readonly linked: boolean;
};

/**
 * Resolves rows of several identities in their order, stores what is new of the identities, and draws numbers for new profiles, whose
 * rows the caller inserts. A row that names two profiles is missing from the answer.
 */
export async function resolveProfileRows(
  tx: Queryable,
  rows: readonly IdentityRow[],
  options: { readonly now: Instant; readonly bucketsLocked: boolean },
): Promise<ResolvedRow[]> {
  const wanted = new Map<string, Identity>();
  for (const row of rows) for (const identity of row.identities) wanted.set(identityKey(identity), identity);
  const identities = [...wanted.values()];
  let known = await knownPlaces(tx, identities);
  if (!options.bucketsLocked) {
    // Of new identities, so that nobody else creates them; of the people themselves, so that the engine does not write what it read before.
    const unseen = identities.filter((identity) => !known.has(identityKey(identity)));
    const homes = unseen.map((identity) => bucketOf(identity.namespace, identity.value));
    await lockBuckets(tx, [...new Set([...homes, ...[...known.values()].map(({ bucket }) => bucket)])]);
    known = await knownPlaces(tx, identities);
  }
  const users = await findUsers(tx, rows, known);
  const resolution = resolveRows(rows, known, bucketOf, users);
  return storeResolution(tx, rows, resolution, options.now);
}

/** Of the profiles that a new user id may be linked to, those that have one; nobody links another to them until the transaction ends. */
async function findUsers(
  tx: Queryable,
  rows: readonly IdentityRow[],
  known: ReadonlyMap<string, ProfilePlace>,
): Promise<Owner[]> {
  const places = new Map<string, Owner>();
  for (const { identities } of rows) {
    if (!identities.some((identity) => identity.namespace === USER_ID && !known.has(identityKey(identity)))) continue;
    for (const identity of identities) {
      const place = known.get(identityKey(identity));
      if (place) places.set(`${place.bucket}/${place.profileId}`, ownerOf(place));
    }
  }
  await lockLinks(tx, [...places.values()]);
  const found = await findNamed(tx, USER_ID, [...places.values()]);
  return found.map(({ bucket, profile_id }) => ({ bucket, profileId: profile_id }));
}

async function knownPlaces(tx: Queryable, identities: readonly Identity[]): Promise<Map<string, ProfilePlace>> {
  const found = await findIdentities(tx, identities);
  return new Map(found.map((row) => [identityKey(row), { bucket: row.bucket, profileId: row.profile_id }]));
}

async function storeResolution(
  tx: Queryable,
  rows: readonly IdentityRow[],
  { places, created, linked }: Resolution,
  now: Instant,
): Promise<ResolvedRow[]> {
  const fresh = new Set(created);
  const ids = created.length > 0 ? await drawProfileIds(tx, created.length) : [];
  created.forEach((place, index) => {
    place.profileId = ids[index];
  });
  const numbered = linked.map(({ place, ...identity }) => ({ ...identity, ...ownerOf(place) }));
  await insertIdentities(tx, numbered, now);
  const linkingLines = new Set(linked.map((identity) => identity.line));
  return rows.flatMap(({ line }, index) => {
    const place = places[index];
    if (!place) return [];
    return [{ line, owner: ownerOf(place), created: fresh.has(place), linked: linkingLines.has(line) }];
  });
}

function ownerOf(place: ProfilePlace): Owner {
  // Every place has its number by now: known ones from the table, new ones drawn just before.
  return { bucket: place.bucket, profileId: place.profileId ?? 0 };
}
