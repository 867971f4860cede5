import type { TableDefinition } from '../../core/data/index.ts';
import type { PlanFacts, RowPlan } from '../../core/imports/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { type LiveRules, watchRows } from '../live/index.ts';
import { lockBuckets, resolveProfileRows, withoutLoops } from '../profiles/index.ts';
import { defineTable, fillEmptyTable, hasRows } from '../tables/index.ts';
import type { Staged } from './stage.ts';
import { type ImportCounts, stageTable } from './store.ts';
import {
  analyzePeople,
  keepPeople,
  mergeStagedPeople,
  prepareResolving,
  rejectUnresolved,
  stagedIdentities,
} from './store-merge-people.ts';
import {
  analyzeStage,
  deleteRows,
  foldRepeatedKeys,
  insertRows,
  lockForMerge,
  rejectIncomplete,
  resolveOwners,
  type TableMerge,
  updateRows,
} from './store-merge-table.ts';

const RESOLVE_BATCH = 10_000;
/** From this many rows on, building the indexes of an empty table afterwards is worth taking it from its readers. */
const FILL_FROM_ROWS = 5_000;

/** What the staged rows become: rows of a table that may have to be made first, or people. */
export type Target =
  | { readonly kind: 'table'; readonly definition: TableDefinition; readonly isNew: boolean }
  | { readonly kind: 'profiles'; readonly source: string; readonly overRefusal: boolean };

type Merge = {
  readonly importId: number;
  readonly target: Target;
  readonly plan: RowPlan;
  readonly staged: Staged;
  /** Of a table that a rule in force asks for. */
  readonly rules: LiveRules | undefined;
  readonly now: Instant;
};

/** Brings the staged rows into their target, inside the caller's transaction; the exact counts. */
export async function mergeStaged(tx: Transaction, merge: Merge): Promise<ImportCounts> {
  const { staged, target } = merge;
  const done = target.kind === 'table' ? await mergeTable(tx, merge, target) : await mergePeople(tx, merge, target);
  const rejected = staged.rejectedLines + done.rejected;
  const read = staged.rows + staged.rejectedLines;
  const { inserted, updated, deleted } = done;
  return { read, inserted, updated, unchanged: read - inserted - updated - deleted - rejected, deleted, rejected };
}

type Done = {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly rejected: number;
};

async function mergeTable(
  tx: Transaction,
  { importId, plan, staged, rules, now }: Merge,
  { definition, isNew }: Extract<Target, { kind: 'table' }>,
): Promise<Done> {
  if (isNew) await defineTable(tx, definition, now);
  const facts: PlanFacts = plan.facts();
  const columns = plan.columns.map((column) => column.target);
  const merge: TableMerge = { importId, definition, columns, facts, now };
  await lockForMerge(tx, definition.key);
  const emptyTable = !(await hasRows(tx, definition.key));
  await foldRepeatedKeys(tx, merge);
  if (!emptyTable) await analyzeStage(tx, importId);
  const rejected = await rejectIncomplete(tx, merge);
  await resolveOwners(tx, merge);
  const watch = await watchRows(tx, { table: definition.key, keys: stageTable(importId), rules, now });
  const deleted = emptyTable ? 0 : await deleteRows(tx, merge);
  const insert = () => insertRows(tx, merge, emptyTable);
  const inserted =
    emptyTable && staged.rows >= FILL_FROM_ROWS ? await fillEmptyTable(tx, definition, insert) : await insert();
  // After the insert, which would have to look at both states of every updated row; what was inserted differs in nothing.
  const updated = emptyTable ? 0 : await updateRows(tx, merge);
  await watch.written();
  return { inserted, updated, deleted, rejected };
}

async function mergePeople(
  tx: Transaction,
  { importId, staged, now }: Merge,
  { source, overRefusal }: Extract<Target, { kind: 'profiles' }>,
): Promise<Done> {
  await prepareResolving(tx, importId);
  await lockBuckets(tx, 'all');
  let afterLine = -1;
  for (;;) {
    const rows = await stagedIdentities(tx, importId, afterLine, RESOLVE_BATCH);
    const last = rows.at(-1);
    if (!last) break;
    await keepPeople(tx, await resolveProfileRows(tx, rows, { now, bucketsLocked: true }));
    afterLine = last.line;
  }
  await analyzePeople(tx);
  await analyzeStage(tx, importId);
  const rejected = await rejectUnresolved(tx, importId);
  const merged = await withoutLoops(tx, staged.rows, () =>
    mergeStagedPeople(tx, importId, { source, overRefusal, now }),
  );
  const lines = (kind: string) => merged.find((row) => row.kind === kind)?.lines ?? 0;
  return { inserted: lines('inserted'), updated: lines('updated'), deleted: 0, rejected };
}
