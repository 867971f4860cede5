import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Mapping } from '../../core/imports/index.ts';
import { type FileSource, openBytes, type UnpackLimits } from './bytes.ts';
import { takeSample } from './decode.ts';
import { openCsv } from './open-csv.ts';
import { openNdjson } from './open-ndjson.ts';
import { openParquet } from './open-parquet.ts';
import type { RowFile } from './row-file.ts';

export type OpenedFile = {
  readonly file: RowFile;
  readonly progress: () => { readonly done: number; readonly total: number | undefined };
  close(): Promise<void>;
};

/** Opens a file of any kind we read: what it is, is told by its content unless the mapping says it. */
export async function openFile(source: FileSource, mapping: Mapping, limits: UnpackLimits): Promise<OpenedFile> {
  const bytes = await openBytes(source, limits);
  try {
    if (mapping.format === 'parquet' || (!mapping.format && bytes.magic.toString('latin1') === 'PAR1')) {
      return await openAnyParquet(source, bytes.content, bytes.progress, bytes.close);
    }
    const { sample, whole } = await takeSample(bytes.content);
    const kind = mapping.format ?? (looksLikeJson(sample) ? 'ndjson' : 'csv');
    const file =
      kind === 'ndjson' ? await openNdjson(whole, mapping, namedColumns(mapping)) : await openCsv(whole, mapping);
    return { file, progress: bytes.progress, close: async () => bytes.close() };
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Parquet keeps its index at the end, so that a stream must be on disk before it can be read. */
async function openAnyParquet(
  source: FileSource,
  content: AsyncIterable<Buffer>,
  progress: OpenedFile['progress'],
  closeBytes: () => void,
): Promise<OpenedFile> {
  if ('path' in source) {
    closeBytes();
    return { file: await openParquet(source.path), progress, close: async () => undefined };
  }
  const folder = await mkdtemp(join(tmpdir(), 'carillon-import-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'upload.parquet');
    await pipeline(content, createWriteStream(path, { mode: 0o600 }));
    return { file: await openParquet(path), progress, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function looksLikeJson(sample: Buffer): boolean {
  const start = sample
    .subarray(0, 1_024)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return start.startsWith('{');
}

/** Every column of the file that a mapping names. */
function namedColumns(mapping: Mapping): string[] {
  const rules = [mapping.columns, mapping.identities, mapping.traits].flatMap((block) => Object.values(block ?? {}));
  const names = rules.flatMap((rule) => [rule.column, ...(rule.multiply ?? [])]);
  const consents = Object.values(mapping.consent ?? {}).map((consent) => consent.column);
  return [...names, ...consents, mapping.change?.column].filter(
    (name): name is string => typeof name === 'string' && !name.startsWith('$'),
  );
}
