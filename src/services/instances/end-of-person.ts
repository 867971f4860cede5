import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { endInstances } from './end.ts';
import type { Place } from './store.ts';
import { selectDue, selectInside } from './store-person.ts';

export type EndOfPerson = {
  readonly reason: 'merged' | 'deleted';
  /** Only where this other person is in the same journey with the same key. */
  readonly unlessAlone?: Place;
  readonly now: Instant;
};

/**
 * Ends the instances of one person where they stand, with their counters. The caller has locked the person's bucket; the log's partition
 * for `now` exists.
 */
export async function endInstancesOf(tx: Transaction, person: Place, end: EndOfPerson): Promise<void> {
  await endInstances(tx, person.bucket, await selectInside(tx, person, end.unlessAlone), end);
}

/** The same of those whose time has come; answers how many. */
export async function endDueInstancesOf(
  tx: Transaction,
  person: Place,
  end: { readonly reason: string; readonly now: Instant },
): Promise<number> {
  const due = await selectDue(tx, person, end.now);
  await endInstances(tx, person.bucket, due, end);
  return due.length;
}
