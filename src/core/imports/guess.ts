// Owns: what the columns of an unknown file are likely to be. A person sees the guesses and changes them; nothing is imported by them.
import type { ColumnType } from '../data/index.ts';
import { columnNameOf } from './mapping.ts';

/** A column of a file as it was found. */
export type FoundColumn = { readonly name: string; readonly type: ColumnType; readonly samples: readonly string[] };

/** What a column becomes: of people their identity, a reserved column, a trait or a consent (to a channel); of a table its column. */
export type Becomes = {
  readonly as: 'identity' | 'column' | 'trait' | 'consent' | 'nothing';
  readonly name: string;
};

const IDENTITIES = [
  'customer_id',
  'user_id',
  'member_id',
  'client_id',
  'contact_id',
  'external_id',
  'account_id',
  'customer_number',
  'customer',
  'uid',
  'id',
];
/** Names that say nothing of whose identity it is. */
const CALLED = new Map([
  ['id', 'customer_id'],
  ['customer', 'customer_id'],
  ['uid', 'user_id'],
]);
const COLUMNS = new Map([
  ['email', 'email'],
  ['e_mail', 'email'],
  ['email_address', 'email'],
  ['mail', 'email'],
  ['phone', 'phone'],
  ['phone_number', 'phone'],
  ['mobile', 'phone'],
  ['mobile_phone', 'phone'],
  ['telephone', 'phone'],
  ['locale', 'locale'],
  ['language', 'locale'],
  ['lang', 'locale'],
  ['time_zone', 'time_zone'],
  ['timezone', 'time_zone'],
]);
const CONSENT = /consent|opt_?in|subscri|newsletter|marketing/;
const CONSENT_WORDS = new Set(['yes', 'no', 'true', 'false', '1', '0', 'y', 'n']);

/** What each column of a file of people becomes. At most one names the person; an address does when nothing else can. */
export function guessPeople(columns: readonly FoundColumn[]): Becomes[] {
  const named = columns.map((column) => ({ ...column, plain: columnNameOf(column.name) }));
  const identity =
    IDENTITIES.map((name) => named.find(({ plain, samples }) => plain === name && areKeys(samples))).find(
      (column) => column !== undefined,
    ) ?? named.find(({ plain }) => COLUMNS.get(plain) === 'email');
  const taken = new Set<string>();
  return named.map((column): Becomes => {
    const { plain } = column;
    const reserved = COLUMNS.get(plain);
    if (column === identity) return { as: 'identity', name: CALLED.get(plain) ?? reserved ?? plain };
    if (reserved !== undefined && !taken.has(reserved)) {
      taken.add(reserved);
      return { as: 'column', name: reserved };
    }
    if (isConsent(plain, column.samples)) return { as: 'consent', name: plain.includes('sms') ? 'sms' : 'email' };
    return plain.startsWith('column_') && column.samples.length === 0
      ? { as: 'nothing', name: plain }
      : { as: 'trait', name: plain };
  });
}

/** What each column of a file of rows becomes: the column of the same name, of a table that exists. */
export function guessRows(columns: readonly FoundColumn[], known: ReadonlySet<string> | undefined): Becomes[] {
  return columns.map(({ name }): Becomes => {
    const plain = columnNameOf(name);
    const target = known?.has(name) ? name : plain;
    return known && !known.has(target) ? { as: 'nothing', name: plain } : { as: 'column', name: target };
  });
}

/** The column that tells the rows of a file apart, and the one that says whose they are; undefined when none looks like it. */
export function guessKeys(columns: readonly FoundColumn[]): {
  readonly key: string | undefined;
  readonly owner: { readonly column: string; readonly namespace: string } | undefined;
} {
  const named = columns.map((column) => ({ ...column, plain: columnNameOf(column.name) }));
  const distinct = named.filter(({ samples }) => areKeys(samples));
  const key =
    distinct.find(({ plain }) => plain === 'id' || plain === 'sku') ??
    distinct.find(({ plain }) => /_(id|key|code|no|number)$/.test(plain)) ??
    distinct[0];
  const owner = IDENTITIES.filter((name) => name !== 'id')
    .map((name) => named.find((column) => column.plain === name && column !== key))
    .find((column) => column !== undefined);
  return {
    key: key?.plain,
    owner: owner && { column: owner.plain, namespace: CALLED.get(owner.plain) ?? owner.plain },
  };
}

/** Values that are there and stand once each. */
function areKeys(samples: readonly string[]): boolean {
  return samples.length > 0 && new Set(samples).size === samples.length;
}

function isConsent(plain: string, samples: readonly string[]): boolean {
  return CONSENT.test(plain) && samples.length > 0 && samples.every((text) => CONSENT_WORDS.has(text.toLowerCase()));
}
