import type { Queryable } from '../../platform/sql/index.ts';
import { type DeadLetter, insertDeadLetters } from './store-dead-letters.ts';

/** Keeps what could not be taken, to be looked at and read again. */
export async function recordDeadLetters(tx: Queryable, letters: readonly DeadLetter[]): Promise<void> {
  if (letters.length > 0) await insertDeadLetters(tx, letters);
}
