import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sql } from '../../src/platform/sql/index.ts';
import { importFile, readMapping } from '../../src/services/imports/index.ts';
import { createTestContext } from '../support/context.ts';
import { defineTestTable } from './harness.ts';

const ROOT = join(import.meta.dirname, '../..');
const DATA = join(ROOT, '../shared/data');
const EXAMPLE = join(ROOT, 'examples/retail');
const missing = existsSync(DATA) ? '' : " (skipped: the retailer's files are not beside this checkout)";
const ctx = await createTestContext();
afterAll(() => ctx.close());

const load = (name: string, target: string, map: string) =>
  importFile(ctx, {
    source: { path: join(DATA, name), name },
    target,
    mapping: readMapping(readFileSync(join(EXAMPLE, 'maps', map), 'utf8')),
  });

type Fact = { invoices: Set<string>; pence: number; country: string };

/** The same question asked of the file by a few lines that know nothing of the importer. */
async function factsFromFile(): Promise<{ lines: number; owned: number; people: Map<string, Fact> }> {
  const people = new Map<string, Fact>();
  let [lines, owned] = [0, 0];
  const stream = createReadStream(join(DATA, 'online-retail.csv.gz')).pipe(createGunzip());
  for await (const line of createInterface({ input: stream })) {
    if (lines++ === 0) continue;
    // Only the description is quoted, and it stands between the columns that are counted here.
    const before = line.split(',', 1)[0] ?? '';
    const after = /,(-?\d+),[^,]+,(-?[\d.]+),([^,]*),([^,]*)$/.exec(line.trimEnd().replace(/"$/, ''));
    if (!after) throw new Error(`Line ${lines} is not understood: ${line}`);
    const [, quantity, price, customer = '', country = ''] = after;
    if (customer === '') continue;
    owned++;
    const fact = people.get(customer) ?? { invoices: new Set(), pence: 0, country };
    fact.invoices.add(before);
    // Prices have three decimals at most.
    fact.pence += Number(quantity) * Math.round(Number(price) * 1000);
    people.set(customer, fact);
  }
  return { lines: lines - 1, owned, people };
}

describe.skipIf(missing !== '')(`the retailer's real files${missing}`, { timeout: 300_000 }, () => {
  test('every customer becomes a profile, and a second time nothing changes', async () => {
    const first = await load('customers.csv', 'profiles', 'customers.yaml');
    expect(first.counts).toEqual({ read: 4372, inserted: 4372, updated: 0, unchanged: 0, deleted: 0, rejected: 0 });
    const second = await load('customers.csv', 'profiles', 'customers.yaml');
    expect(second.counts).toMatchObject({ read: 4372, unchanged: 4372 });
    const consents = await ctx.db.query(
      sql`select channel, status, count(*) as people from consent group by 1, 2 order by 1, 2`,
    );
    expect(consents).toEqual([
      { channel: 'email', status: 'granted', people: 3524 },
      { channel: 'email', status: 'refused', people: 480 },
      { channel: 'sms', status: 'granted', people: 1923 },
      { channel: 'sms', status: 'refused', people: 1575 },
    ]);
  });

  test('every invoice line lands with its owner, and sums agree with a reading of the file that shares no code', async () => {
    await defineTestTable(ctx, parse(readFileSync(join(EXAMPLE, 'tables/lines.yaml'), 'utf8')));
    const { lines, owned, people } = await factsFromFile();
    const { counts } = await load('online-retail.csv.gz', 'lines', 'lines.yaml');
    expect(counts).toEqual({ read: lines, inserted: lines, updated: 0, unchanged: 0, deleted: 0, rejected: 0 });
    const [row] = await ctx.db.query(sql`
      select count(*) filter (where _profile_id is not null) as owned, count(distinct _profile_id) as people from data.lines`);
    expect(row).toEqual({ owned, people: people.size });
    const chosen = await ctx.db.query<{ customer: string }>(sql`
      select i.value as customer from data.lines l
        join profile p on p.bucket = l._bucket and p.profile_id = l._profile_id
        join identity i on i.profile_bucket = p.bucket and i.profile_id = p.profile_id and i.namespace = 'customer_id'
      where p.traits ->> 'country' in ('France', 'Germany', 'Belgium')
      group by i.value having count(distinct invoice_no) >= 3 and sum(amount) >= 500 order by 1`);
    const wanted = [...people]
      .filter(([, fact]) => ['France', 'Germany', 'Belgium'].includes(fact.country))
      .filter(([, fact]) => fact.invoices.size >= 3 && fact.pence >= 500_000)
      .map(([customer]) => customer.replace('.0', ''))
      .sort();
    expect(chosen.map((one) => one.customer)).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(50);
  });

  test('the lines a second time change nothing', async () => {
    const { counts } = await load('online-retail.csv.gz', 'lines', 'lines.yaml');
    expect(counts).toMatchObject({ inserted: 0, updated: 0, unchanged: counts.read });
  });
});
