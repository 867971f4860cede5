import type { ColumnType } from '../data/index.ts';
import type { Cells } from './cell.ts';
import type { Reject } from './reject.ts';

/** One target column as it is shown before and after an import. */
export type PlannedColumn = {
  readonly target: string;
  readonly type: ColumnType | 'identity' | 'consent';
  readonly source: string;
};

export type StageColumn = { readonly name: string; readonly type: string };

/** How rows of one file become rows of a staging table. */
export type RowPlan = {
  readonly columns: readonly PlannedColumn[];
  /** Columns of the file that nothing reads. */
  readonly ignored: readonly string[];
  /** The staging table, in the order of `convert`'s fields. */
  readonly stage: readonly StageColumn[];
  /** The row as a line of COPY's text format, or undefined after telling `reject` everything that is wrong with it. */
  convert(cells: Cells, line: number, reject: (reject: Reject) => void): string | undefined;
  /** What the rows converted so far had in common; the merge takes shortcuts by it. */
  facts(): PlanFacts;
};

export type PlanFacts = {
  /** Some row left a column out, so that the stored value must be kept. */
  readonly partial: boolean;
  /** No key stands twice. False also when that could not be made sure of on the way. */
  readonly keysDistinct: boolean;
};
