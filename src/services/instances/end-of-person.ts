import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { endInstances } from './end.ts';
import type { Place } from './store.ts';
import { selectInside } from './store-person.ts';

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
