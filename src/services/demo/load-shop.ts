import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Context } from '../../platform/context.ts';
import { type Applied, applyDefinitions, readDocuments } from '../definitions/index.ts';
import { type ImportReport, importFile, readMapping } from '../imports/index.ts';
import { DEMO_SHOP, generateShop, type ShopFiles, type ShopSize } from './shop.ts';

/** The example's definitions and mappings, which a newcomer can read and change. */
const EXAMPLE = join(import.meta.dirname, '../../../examples/shop');

/** Customers before orders: an order of an unknown customer would create that person without an address. */
const FILES: readonly { readonly file: keyof ShopFiles; readonly target: string; readonly map?: string }[] = [
  { file: 'customers', target: 'profiles', map: 'customers.yaml' },
  { file: 'products', target: 'products' },
  { file: 'orders', target: 'orders' },
  { file: 'order_lines', target: 'order_lines' },
];

export type LoadedFile = { readonly file: string; readonly target: string; readonly counts: ImportReport['counts'] };

/** Applies the example's definitions, all published. Applying them again changes nothing. */
export async function applyExample(ctx: Context): Promise<Applied[]> {
  const names = (await readdir(EXAMPLE)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(EXAMPLE, name), 'utf8')));
  const documents = names.flatMap((name, index) => readDocuments(texts[index] ?? '', name));
  return applyDefinitions(ctx, { documents, publish: true, dryRun: false });
}

/**
 * Brings the invented shop in through the same importer as any other file, and yields what became of each file. `onRows` is told how
 * many rows of a file were read so far.
 */
export async function* loadShop(
  ctx: Context,
  size: ShopSize = DEMO_SHOP,
  onRows: (file: string, rows: number) => void = () => undefined,
): AsyncGenerator<LoadedFile> {
  const files = generateShop(ctx.clock.now(), size);
  for (const { file, target, map } of FILES) {
    const mapping = readMapping(map && (await readFile(join(EXAMPLE, 'maps', map), 'utf8')));
    const stream = Readable.from(
      counting(files[file](), (rows) => onRows(file, rows)),
      { objectMode: false },
    );
    const { counts } = await importFile(ctx, { source: { stream, name: `${file}.csv` }, target, mapping });
    yield { file: `${file}.csv`, target, counts };
  }
}

/** The same chunks; tells after each how many lines have passed. */
function* counting(chunks: Iterable<string>, onRows: (rows: number) => void): Generator<string> {
  let rows = 0;
  for (const chunk of chunks) {
    rows += chunk.split('\n').length - 1;
    onRows(rows);
    yield chunk;
  }
}
