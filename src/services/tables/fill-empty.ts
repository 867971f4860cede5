import type { TableDefinition } from '../../core/data/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { allowIndexMemory, createHeap, createIndexes, dropPhysicalTable } from './store.ts';

/**
 * Fills a table that has no rows: its indexes are built after `fill`, several times faster than row by row. Readers of the table wait
 * until the transaction ends; they have nothing to read before.
 */
export async function fillEmptyTable<T>(
  tx: Transaction,
  definition: TableDefinition,
  fill: () => Promise<T>,
): Promise<T> {
  await dropPhysicalTable(tx, definition.key);
  await createHeap(tx, definition);
  const result = await fill();
  await allowIndexMemory(tx);
  await createIndexes(tx, definition);
  return result;
}
