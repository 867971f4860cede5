import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import {
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import type { Cells } from '../../core/imports/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import { textOf } from './open-ndjson.ts';
import { type RowFile, SAMPLE_ROWS, samplesOf } from './row-file.ts';

const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
};

/** Opens a Parquet file on disk; it is read row group by row group, so that memory is bounded by the largest group. */
export async function openParquet(path: string): Promise<RowFile> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((cause: Error) => {
    throw new AppError('invalid', say('The Parquet file is damaged: {problem}.', { problem: cause.message }), {
      cause,
    });
  });
  const names = parquetSchema(metadata).children.map((child) => child.element.name);
  const readRows = async (rowStart: number, rowEnd: number): Promise<Cells[]> => {
    const objects = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors }).catch(
      (cause: Error) => {
        throw new AppError('invalid', say('The Parquet file cannot be read: {problem}.', { problem: cause.message }), {
          cause,
        });
      },
    );
    return objects.map((object) => names.map((name) => cellOf(object[name])));
  };
  const total = Number(metadata.num_rows);
  const first = await readRows(0, Math.min(total, SAMPLE_ROWS));
  return {
    kind: 'parquet',
    columns: { names, emptyIsNull: false },
    samples: samplesOf(names, first),
    settings: { row_groups: String(metadata.row_groups.length) },
    async *read(sink) {
      let start = 0;
      for (const group of metadata.row_groups) {
        const end = start + Number(group.num_rows);
        const rows = await readRows(start, end);
        for (const [index, row] of rows.entries()) {
          sink.row(row, start + index + 1);
          // Hands on what has been converted before the next rows: a group may hold a million.
          if (index % 5_000 === 4_999) yield;
        }
        start = end;
        yield;
      }
    },
  };
}

/** A missing value of Parquet is a null that clears: its rows always have all columns. */
function cellOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object')
    return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? inner.toString() : inner));
  return textOf(value) ?? null;
}
