// Rows per second of a CSV file into an entity table that carries an identity: three indexes (bucket and key; key; owner), the owners
// (a tenth as many people as rows) created on the way. The limit is a raw COPY of the same rows, owners known, into a table of the
// same form with the same indexes, in the same run. Then the same file again, and a file in which a tenth of the rows differ.
//
//   tsx bench/import.ts [--rows 1000000]
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { TableDefinition } from '../src/core/data/index.ts';
import { sql } from '../src/platform/sql/index.ts';
import { importFile, readMapping } from '../src/services/imports/index.ts';
import { defineTable } from '../src/services/tables/index.ts';
import { peakRssMb, report, type Scratch, say, timed, withScratch } from './support/index.ts';

const { values: options } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const ROWS = Number(options.rows);
const NOTE = 'entity table with an identity: 3 indexes, 8 columns, people created';

const columns = {
  order_id: 'integer',
  customer: 'text',
  status: 'text',
  total: 'decimal',
  quantity: 'integer',
  paid: 'boolean',
  ordered_at: 'timestamp',
  note: 'text',
} as const;

function definition(key: string) {
  const identity = { column: 'customer', namespace: 'customer_id' };
  return TableDefinition.parse({ kind: 'table', key, columns, primary_key: 'order_id', identity });
}

/** Of how many rows one differs in the changed file. */
const CHANGED_EVERY = 10;

/** Rows that look like orders, keys in no order, the same in every run; in the changed file one in `CHANGED_EVERY` was refunded. */
function* csvRows(file: 'orders' | 'changed'): Generator<string> {
  let chunk = `${Object.keys(columns).join(',')}\n`;
  for (let row = 0; row < ROWS; row++) {
    // A multiplier without a common divisor visits every number once.
    const id = (row * 7_368_787) % ROWS;
    const day = String((id % 28) + 1).padStart(2, '0');
    const status = file === 'changed' && id % CHANGED_EVERY === 0 ? 'refunded' : id % 3 ? 'shipped' : 'open';
    chunk += `${id},customer-${id % Math.ceil(ROWS / 10)},${status},${(id % 50_000) / 100},${id % 9},${id % 2 ? 'yes' : 'no'},2026-01-${day} 10:${String(id % 60).padStart(2, '0')}:00,"note, of ${id}"\n`;
    if (chunk.length > 100_000) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

/** How long COPY takes to bring the imported rows, as they are stored, into a table of the same form. */
async function copySeconds({ ctx, folder }: Scratch): Promise<number> {
  say('raw COPY');
  const copyPath = join(folder, 'orders.copy');
  await ctx.db.session(async (session) => {
    async function* rows() {
      const all = sql`select order_id, customer, status, total, quantity, paid, ordered_at, note, _bucket, _profile_id, _updated_at from data.orders`;
      await session.execute(sql`begin`);
      for await (const batch of session.stream<Record<string, unknown>>(all, 10_000)) {
        yield batch
          .map(
            (row) =>
              `${Object.values(row)
                .map((value) => (value instanceof Date ? value.toISOString() : value))
                .join('\t')}\n`,
          )
          .join('');
      }
      await session.execute(sql`commit`);
    }
    await pipeline(Readable.from(rows()), createWriteStream(copyPath));
  });
  const raw = await timed(() =>
    ctx.db.session((session) =>
      session.copyIn(
        sql`copy data.orders_copy (order_id, customer, status, total, quantity, paid, ordered_at, note, _bucket, _profile_id, _updated_at) from stdin`,
        createReadStream(copyPath, { highWaterMark: 256 * 1024 }),
      ),
    ),
  );
  return raw.seconds;
}

await withScratch(async (scratch) => {
  const { ctx, folder } = scratch;
  const path = join(folder, 'orders.csv');
  await pipeline(Readable.from(csvRows('orders')), createWriteStream(path));
  const changedPath = join(folder, 'changed.csv');
  await pipeline(Readable.from(csvRows('changed')), createWriteStream(changedPath));
  await ctx.db.transaction((tx) => defineTable(tx, definition('orders'), ctx.clock.now()));
  await ctx.db.transaction((tx) => defineTable(tx, definition('orders_copy'), ctx.clock.now()));

  say(`importing ${ROWS} rows`);
  const load = (from: string) => {
    const source = { path: from, name: 'orders.csv' };
    return importFile(ctx, { source, target: 'orders', mapping: readMapping(undefined) });
  };
  const first = await timed(() => load(path));
  if (first.result.counts.inserted !== ROWS)
    throw new Error(`Inserted ${first.result.counts.inserted} of ${ROWS} rows.`);
  const rss = peakRssMb();
  say('the same file again');
  const second = await timed(() => load(path));
  if (second.result.counts.unchanged !== ROWS) throw new Error('The second import changed rows.');

  const rawSeconds = await copySeconds(scratch);

  say('a file in which a tenth of the rows differ');
  const third = await timed(() => load(changedPath));
  if (third.result.counts.updated !== Math.ceil(ROWS / CHANGED_EVERY)) {
    throw new Error(`Updated ${third.result.counts.updated} rows of ${ROWS}.`);
  }

  const speed = ROWS / first.seconds;
  const limit = ROWS / rawSeconds;
  report({ bench: 'import', metric: 'rows_per_second', value: speed, unit: 'rows/s', n: ROWS, note: NOTE });
  report({
    bench: 'import',
    metric: 'limit_rows_per_second',
    value: limit,
    unit: 'rows/s',
    n: ROWS,
    note: 'raw COPY into the same table form',
  });
  report({ bench: 'import', metric: 'ratio', value: speed / limit, unit: '', n: ROWS });
  report({
    bench: 'import',
    metric: 'unchanged_rows_per_second',
    value: ROWS / second.seconds,
    unit: 'rows/s',
    n: ROWS,
    note: 'the same file again',
  });
  report({
    bench: 'import',
    metric: 'tenth_changed_rows_per_second',
    value: ROWS / third.seconds,
    unit: 'rows/s',
    n: ROWS,
    note: 'rows read; one in ten is updated, the others stay',
  });
  report({ bench: 'import', metric: 'rss_mb', value: rss, unit: 'MB', n: ROWS, note: 'peak of the importing process' });
});
