import type { Place } from '../../core/identity/index.ts';
import { isSamePlace } from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { followPlaces, lockLinks } from '../profiles/index.ts';
import { erasePerson } from './erase-person.ts';
import { SWEEP_AFTER_MS } from './merge-profiles.ts';
import {
  addressesOf,
  forgetRejects,
  identitiesOf,
  removeConflictsWith,
  removeSuppressions,
  removeUnresolved,
  suppress,
} from './store-erase.ts';
import { lockBuckets, planSweep } from './store-merge.ts';
import { findPersonTables, lockTables } from './store-person.ts';

export type DeleteOptions = {
  /** Keep the email addresses, on the list of those that must not be written to. Without it they leave that list too. */
  readonly suppress: boolean;
};

const ATTEMPTS_MAX = 10;

/**
 * Removes everything of one person, whatever table it lies in; messages and journeys are kept without the person, so that counters
 * still add up. False when there was no such profile any more.
 */
export async function deleteProfile(ctx: Context, place: Place, options: DeleteOptions): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const now = ctx.clock.now();
    await ensureMonthPartitions(ctx.db, 'journey_step', [now]);
    const deleted = await ctx.db.transaction((tx) => attemptDelete(tx, place, { ...options, now }));
    if (deleted !== undefined) return deleted;
  }
  throw new Error('The profile is merged by somebody else faster than it can be followed.');
}

/** Undefined: while it waited for its locks, the profile became another one or was linked further. */
async function attemptDelete(
  tx: Transaction,
  place: Place,
  { now, suppress: keepAddresses }: DeleteOptions & { readonly now: Instant },
): Promise<boolean | undefined> {
  const [found] = await followPlaces(tx, [place]);
  if (!found) return false;
  const tables = await findPersonTables(tx);
  await lockTables(
    tx,
    tables.filter(({ schema }) => schema === 'data'),
  );
  const homes = new Set((await identitiesOf(tx, found)).map(({ home }) => home));
  await lockBuckets(tx, [found.bucket, ...homes]);
  await lockLinks(tx, [found]);
  const [still] = await followPlaces(tx, [found]);
  const identities = await identitiesOf(tx, found);
  if (!still || !isSamePlace(found, still) || identities.some(({ home }) => !homes.has(home))) return undefined;

  const addresses = await addressesOf(tx, found);
  await removeUnresolved(tx, identities);
  await removeConflictsWith(tx, identities);
  await forgetRejects(tx, [...identities.map(({ value }) => value), ...addresses]);
  await erasePerson(tx, tables, found, now);
  if (keepAddresses) await suppress(tx, addresses, now);
  else await removeSuppressions(tx, addresses);
  await planSweep(tx, { from: found, to: undefined }, now + SWEEP_AFTER_MS);
  return true;
}
