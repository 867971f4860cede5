import type { Place } from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { endInstancesOf } from '../instances/index.ts';
import { excludeWaiting, forgetJourneys, forgetMessages, removeIdentities } from './store-erase.ts';
import { type PersonTable, removeRows } from './store-person.ts';

/** Tables in which a row is kept without the person, because counters are about it, or that are not about the person's data. */
const KEPT: ReadonlySet<string> = new Set([
  'outbox',
  'message',
  'reaction',
  'journey_instance',
  'journey_step',
  'identity',
  'profile_sweep',
]);

/**
 * Removes one person from every table that holds rows of people. Of messages and journeys the rows stay, without the person, so that
 * everything still adds up. Messages in the air are left; a sweep comes back for them.
 */
export async function erasePerson(
  tx: Transaction,
  tables: readonly PersonTable[],
  place: Place,
  now: Instant,
): Promise<void> {
  await excludeWaiting(tx, place, now);
  await forgetMessages(tx, place);
  await endInstancesOf(tx, place, { reason: 'deleted', now });
  await forgetJourneys(tx, place);
  await removeIdentities(tx, place);
  for (const table of tables) {
    if (table.schema !== 'public' || !KEPT.has(table.name)) await removeRows(tx, table, place);
  }
}
