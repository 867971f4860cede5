import type { Place } from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { moveReads } from '../instances/index.ts';
import { mergeConsents, mergeMemberships, mergeStates, repointIdentities } from './store-merge.ts';
import { moveRows, type PersonTable, settledOf } from './store-person.ts';

export type Move = { readonly from: Place; readonly to: Place };

/** Tables whose rows of a person are not simply moved: merged with what is there, or about the place itself. */
const SPECIAL: ReadonlySet<string> = new Set([
  'profile',
  'identity',
  'consent',
  'audience_member',
  'profile_state',
  'profile_alias',
  'merge_request',
  'profile_sweep',
  'journey_read_member',
]);

/**
 * Gives everything that one profile has to another one, in every table that holds rows of people; only the populations of running
 * campaigns stay as they were frozen, and messages and calls in the air. The number of events that moved.
 */
export async function movePerson(
  tx: Transaction,
  tables: readonly PersonTable[],
  move: Move,
  now: Instant,
): Promise<{ readonly events: number }> {
  let events = 0;
  for (const table of tables) {
    if (table.schema === 'work' || (table.schema === 'public' && SPECIAL.has(table.name))) continue;
    const moved = await moveRows(tx, table, { ...move, where: settledOf(table) });
    if (table.schema === 'public' && table.name === 'event') events = moved;
  }
  await repointIdentities(tx, move);
  await mergeConsents(tx, move);
  await mergeMemberships(tx, move);
  await mergeStates(tx, move);
  await moveReads(tx, move, now);
  return { events };
}
