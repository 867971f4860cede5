// Owns: making two profiles one, in a transaction of its own.
// Does not own: who is merged (core/identity decides, events and people ask), the metrics of who is left (folded anew by the engine).
// Invariants: 1. tables, then both buckets in ascending order, then the link locks, then rows: everybody who needs several of these takes
// them in this order; 2. whoever asks again, or the other way round, finds one profile and changes nothing; 3. a profile is gone and its
// tombstone there in the same commit.
import {
  type IdentityCounts,
  intoSurvives,
  isExplicit,
  isSamePlace,
  type MergeCause,
  namespaceOverLimit,
  type Place,
} from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { putItems } from '../ingest/index.ts';
import { endInstancesOf } from '../instances/index.ts';
import { followPlaces, lockLinks, readPolicy } from '../profiles/index.ts';
import { type Move, movePerson } from './move-person.ts';
import { disowning } from './resolve-events.ts';
import { countIdentities, findAddressesOf, findIdentityOf, insertConflicts } from './store.ts';
import {
  createdAtOf,
  deleteMergeRequest,
  insertAlias,
  lockBuckets,
  type MergeRequest,
  mergeProfileRows,
  planSweep,
  refoldFirst,
} from './store-merge.ts';
import { findPersonTables, lockTables } from './store-person.ts';

export type MergeOutcome =
  | { readonly kind: 'merged'; readonly survivor: Place; readonly dead: Place }
  /** They are one profile already, or one of them is gone. */
  | { readonly kind: 'nothing' }
  /** The two together would have more identities of this namespace than one profile may have. */
  | { readonly kind: 'refused'; readonly namespace: string };

export type Merge = { readonly from: Place; readonly into: Place; readonly cause: MergeCause };

/** When to look again for what late writers left with the profile that is gone. */
export const SWEEP_AFTER_MS = 60_000;
const ATTEMPTS_MAX = 10;

/** Makes two profiles one. Asked for twice, or crosswise, it happens once. */
export async function mergeProfiles(ctx: Context, merge: Merge, request?: MergeRequest): Promise<MergeOutcome> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const now = ctx.clock.now();
    await ensureMonthPartitions(ctx.db, 'journey_step', [now]);
    const outcome = await ctx.db.transaction((tx) => attemptMerge(tx, merge, { request, now }));
    if (outcome === undefined) continue;
    ctx.signals.raise('inbox');
    return outcome;
  }
  throw new Error('The profiles are merged by somebody else faster than they can be followed.');
}

/** Undefined: while it waited for its locks, one of the two became another profile. */
async function attemptMerge(
  tx: Transaction,
  merge: Merge,
  { request, now }: { readonly request: MergeRequest | undefined; readonly now: Instant },
): Promise<MergeOutcome | undefined> {
  const [from, into] = await followPlaces(tx, [merge.from, merge.into]);
  if (!from || !into || isSamePlace(from, into)) {
    if (request) await deleteMergeRequest(tx, request);
    return { kind: 'nothing' };
  }
  const tables = await findPersonTables(tx);
  await lockTables(
    tx,
    tables.filter(({ schema }) => schema === 'data'),
  );
  await lockBuckets(tx, [from.bucket, into.bucket]);
  await lockLinks(tx, [from, into]);
  const [stillFrom, stillInto] = await followPlaces(tx, [from, into]);
  if (!stillFrom || !stillInto || !isSamePlace(from, stillFrom) || !isSamePlace(into, stillInto)) return undefined;
  // Before any counter: a turn of the engine that asks for the same merge holds its request and then wants counters.
  if (request) await deleteMergeRequest(tx, request);

  const policy = await readPolicy(tx);
  const counts = await countIdentities(tx, [from, into]);
  const [fromCounts, intoCounts] = [countsOf(counts, from), countsOf(counts, into)];
  const namespace = namespaceOverLimit(fromCounts, intoCounts, { explicit: isExplicit(merge.cause), policy });
  if (namespace !== undefined) {
    await refuse(tx, { from, into }, namespace, now);
    // An event asked for it, and what it said of one of them was taken before the other was known not to be the same.
    if (request) await disownAddresses(tx, [from, into], now);
    return { kind: 'refused', namespace };
  }
  const [fromRow, intoRow] = [await createdAtOf(tx, from), await createdAtOf(tx, into)];
  if (!fromRow || !intoRow) return undefined;
  const stays = intoSurvives(
    { profileId: from.profileId, createdAt: fromRow.createdAt.getTime(), counts: fromCounts },
    { profileId: into.profileId, createdAt: intoRow.createdAt.getTime(), counts: intoCounts },
    merge.cause,
    policy,
  );
  const move: Move = stays ? { from, to: into } : { from: into, to: from };
  await mergeProfileRows(tx, move, { traits: policy.traits, now });
  await endInstancesOf(tx, move.from, { reason: 'merged', unlessAlone: move.to, now });
  await movePerson(tx, tables, move, now);
  await insertAlias(tx, move, merge.cause, now);
  await planSweep(tx, move, now + SWEEP_AFTER_MS);
  await refoldFirst(tx, move.to, now);
  return { kind: 'merged', survivor: move.to, dead: move.from };
}

function countsOf(
  rows: readonly (Place & { readonly namespace: string; readonly count: number })[],
  place: Place,
): IdentityCounts {
  return new Map(rows.filter((row) => isSamePlace(row, place)).map(({ namespace, count }) => [namespace, count]));
}

async function disownAddresses(tx: Transaction, [one, other]: readonly [Place, Place], now: Instant): Promise<void> {
  const addresses = await findAddressesOf(tx, [one, other]);
  const of = (place: Place) =>
    addresses.filter((row) => isSamePlace(row, place)).map(({ namespace, value }) => ({ namespace, value }));
  const rows = [disowning(one, of(other)), disowning(other, of(one))];
  await putItems(tx, rows, now);
}

async function refuse(
  tx: Transaction,
  { from, into }: { readonly from: Place; readonly into: Place },
  namespace: string,
  now: Instant,
): Promise<void> {
  const nameOf = async (place: Place) => {
    const value = await findIdentityOf(tx, place, namespace);
    return value === undefined ? `profile ${place.profileId}` : `${namespace}:${value}`;
  };
  const [identity, other] = [await nameOf(into), await nameOf(from)];
  const reason = namespace === 'user_id' ? 'two_users' : 'limit';
  await insertConflicts(tx, [{ place: into, namespace, identity, other, reason }], now);
}
