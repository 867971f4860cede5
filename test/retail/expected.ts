import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';

/**
 * The retail campaign's numbers, worked out by plain loops over the files. It shares no code with Carillon on purpose: when the two
 * agree, both are right.
 */
export type Expected = {
  readonly customers: number;
  readonly lines: number;
  /** Customer ids by step. */
  readonly buyers: ReadonlySet<string>;
  readonly distinctAddresses: number;
  readonly emailOf: ReadonlyMap<string, string>;
  readonly consented: ReadonlySet<string>;
};

const COUNTRIES = new Set(['France', 'Germany', 'Belgium']);

export function expectedFromFiles(folder: string): Expected {
  const customers = parse(readFileSync(`${folder}/customers.csv`, 'utf8'));
  const lines = parse(gunzipSync(readFileSync(`${folder}/online-retail.csv.gz`)).toString('utf8'));

  const invoices = new Map<string, Set<string>>();
  const tenThousandths = new Map<string, bigint>();
  for (const line of lines) {
    const customer = (line.CustomerID ?? '').replace(/\.0$/, '');
    if (!customer) continue;
    const quantity = Number(line.Quantity);
    if (quantity > 0) {
      const seen = invoices.get(customer) ?? new Set();
      seen.add(line.InvoiceNo ?? '');
      invoices.set(customer, seen);
    }
    const amount = BigInt(quantity) * exact(line.UnitPrice ?? '0');
    tenThousandths.set(customer, (tenThousandths.get(customer) ?? 0n) + amount);
  }

  const buyers = new Set<string>();
  const emailOf = new Map<string, string>();
  const consented = new Set<string>();
  for (const customer of customers) {
    const id = customer.customer_id ?? '';
    emailOf.set(id, customer.email ?? '');
    if (customer.email_consent === 'yes') consented.add(id);
    const wanted =
      COUNTRIES.has(customer.country ?? '') &&
      (invoices.get(id)?.size ?? 0) >= 3 &&
      (tenThousandths.get(id) ?? 0n) >= 5_000_000n;
    if (wanted) buyers.add(id);
  }
  const addresses = new Set([...buyers].map((id) => (emailOf.get(id) ?? '').toLowerCase()));
  return {
    customers: customers.length,
    lines: lines.length,
    buyers,
    distinctAddresses: addresses.size,
    emailOf,
    consented,
  };
}

function parse(text: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data;
}

/** A decimal with up to four digits after the point, as whole ten-thousandths. */
function exact(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole) * 10_000n + BigInt(fraction.slice(0, 4).padEnd(4, '0'));
  return text.startsWith('-') ? -value : value;
}
