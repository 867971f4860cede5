import { columnsOf, PROFILES } from '../../core/data/index.ts';
import {
  type Becomes,
  type FoundColumn,
  guessKeys,
  guessPeople,
  guessRows,
  type Mapping,
} from '../../core/imports/index.ts';
import type { Context } from '../../platform/context.ts';
import { publishedTables } from '../tables/index.ts';
import { type FileSource, UNPACK_LIMITS } from './bytes.ts';
import { openFile } from './open-file.ts';
import { inferredTypes } from './target.ts';

/** What can be said about a file from its beginning. */
export type InspectedFile = {
  readonly kind: 'csv' | 'ndjson' | 'parquet';
  /** What was found out about how it is written: delimiter, encoding. */
  readonly settings: Readonly<Record<string, string>>;
  readonly columns: readonly (FoundColumn & { readonly becomes: Becomes })[];
  /** Of rows: the column that tells them apart, and the one that says whose they are. */
  readonly key: string | null;
  readonly owner: { readonly column: string; readonly namespace: string } | null;
  /** Whether the table is there already; of people true. */
  readonly exists: boolean;
};

const SHOWN_SAMPLES = 3;

/**
 * Looks at the beginning of a file, or all of it where it is Parquet, and guesses what each column becomes. Nothing is stored.
 * @throws AppError `invalid` when it cannot be read.
 */
export async function inspectFile(
  ctx: Context,
  input: { readonly source: FileSource; readonly target: string; readonly mapping: Mapping },
): Promise<InspectedFile> {
  const { source, target, mapping } = input;
  const opened = await openFile(source, mapping, UNPACK_LIMITS);
  try {
    const { file } = opened;
    const types = inferredTypes(file, mapping);
    const found = file.columns.names.map((name): FoundColumn => {
      return { name, type: types.get(name) ?? 'text', samples: file.samples.get(name) ?? [] };
    });
    const table = (await publishedTables(ctx.db)).find(({ key }) => key === target);
    const known = table && new Set(columnsOf(table).map(({ name }) => name));
    const becomes = target === PROFILES ? guessPeople(found) : guessRows(found, known);
    const { key, owner } = guessKeys(found);
    return {
      kind: file.kind,
      settings: file.settings,
      columns: found.map((column, index) => ({
        ...column,
        samples: column.samples.slice(0, SHOWN_SAMPLES),
        becomes: becomes[index] ?? { as: 'nothing', name: column.name },
      })),
      key: key ?? null,
      owner: owner ?? null,
      exists: target === PROFILES || table !== undefined,
    };
  } finally {
    await opened.close();
  }
}
