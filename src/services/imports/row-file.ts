import type { Cells, FileColumns, RejectReason } from '../../core/imports/index.ts';

/** Takes the rows of a file as they are read. */
export type RowSink = {
  row(cells: Cells, line: number): void;
  /** A row that cannot be read at all. */
  damaged(text: string, line: number, reason: RejectReason): void;
};

/** A file that is open, looked at, and ready to be read once. */
export type RowFile = {
  readonly kind: 'csv' | 'ndjson' | 'parquet';
  readonly columns: FileColumns;
  /** Values of the first rows, per column; empty ones left out. */
  readonly samples: ReadonlyMap<string, readonly string[]>;
  /** What was sniffed, for people: delimiter, encoding. */
  readonly settings: Readonly<Record<string, string>>;
  /** Reads all rows, in pieces: each step has handed some rows to the sink. */
  read(sink: RowSink): AsyncIterable<void>;
};

export const SAMPLE_ROWS = 5_000;

/** Collects the sample values of the given rows per column. */
export function samplesOf(names: readonly string[], rows: readonly Cells[]): Map<string, string[]> {
  const samples = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const row of rows) {
    names.forEach((name, index) => {
      const text = row[index];
      if (text !== null && text !== undefined && text !== '') samples.get(name)?.push(text);
    });
  }
  return samples;
}
