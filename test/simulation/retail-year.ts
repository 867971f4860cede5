import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import type { RawEvent } from './replay.ts';

export const DATA = join(import.meta.dirname, '../../../shared/data');

export type RetailYear = { readonly people: readonly ProfileInput[]; readonly events: readonly RawEvent[] };

/** The retailer's customers and their invoices as events, of so many of a thousand customers by a hash of their number. */
export function readRetailYear(thousandths: number): RetailYear {
  const isWanted = (customer: string) =>
    customer !== '' && createHash('sha256').update(customer).digest().readUInt32BE(0) % 1_000 < thousandths;
  const people = parse(readFileSync(join(DATA, 'customers.csv'), 'utf8'))
    .filter((row) => isWanted(row.customer_id ?? ''))
    .map(personOf);
  const lines = parse(gunzipSync(readFileSync(join(DATA, 'online-retail.csv.gz'))).toString('utf8'));
  const invoices = new Map<string, { customer: string; at: string; country: string; total: number; items: number }>();
  for (const line of lines) {
    const customer = (line.CustomerID ?? '').replace(/\.0$/, '');
    if (!isWanted(customer)) continue;
    const name = `${line.InvoiceNo} ${customer}`;
    const invoice = invoices.get(name) ?? {
      customer,
      at: `${(line.InvoiceDate ?? '').replace(' ', 'T')}Z`,
      country: line.Country ?? '',
      total: 0,
      items: 0,
    };
    invoice.total += Number(line.Quantity) * Number(line.UnitPrice);
    invoice.items += 1;
    invoices.set(name, invoice);
  }
  const events = [...invoices].map(([name, { customer, at, country, total, items }]) => ({
    type: 'track',
    event: 'Order Completed',
    userId: customer,
    timestamp: at,
    messageId: name,
    properties: { invoice: name.split(' ')[0], total: Math.round(total * 100) / 100, country, items },
  }));
  return {
    people,
    events: events.sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0)),
  };
}

function personOf(row: Record<string, string>): ProfileInput {
  const columns = { email: row.email ?? '', time_zone: row.timezone ?? '', locale: row.language ?? '' };
  const status = row.email_consent === 'yes' ? 'granted' : row.email_consent === 'no' ? 'refused' : undefined;
  return ProfileInput.parse({
    identities: { user_id: row.customer_id },
    columns: Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== '')),
    traits: { first_name: row.first_name ?? '', country: row.country ?? '' },
    consents: status ? [{ channel: 'email', status }] : [],
  });
}

function parse(text: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data;
}
