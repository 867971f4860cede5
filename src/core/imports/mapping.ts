import { z } from 'zod';
import { ColumnName, ColumnType, Name } from '../data/index.ts';
import { worded } from '../kernel/index.ts';
import { WritableColumn } from '../profiles/index.ts';

/** A column of the file, or `$line` for the number of the line. */
const SourceName = z.string().min(1).max(200);
export const LINE = '$line';

const Words = z.array(z.union([z.string(), z.boolean(), z.number()]).transform(String)).max(100);
/** In YAML an unquoted `null` is no text; both spellings mean the same here. */
const OnError = z.union([z.enum(['reject', 'null']), z.null().transform((): 'null' => 'null')]);
const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Where the value of one target column comes from, and how it is read. */
const ColumnRule = z
  .strictObject({
    column: SourceName.optional(),
    constant: Scalar.optional(),
    multiply: z
      .array(z.union([SourceName, z.number()]))
      .min(2)
      .max(8)
      .optional()
      .describe('Exact product of columns and numbers'),
    type: ColumnType.optional().describe('Of a trait; a column of a table has its type already'),
    format: z.string().max(60).optional().describe('Of a date: iso, unix, unix_ms or tokens such as DD/MM/YYYY HH:mm'),
    zone: z.string().max(60).optional().describe('Time zone of timestamps without an offset'),
    decimal: z.enum(['.', ',']).optional(),
    thousands: z.enum([',', '.', ' ', "'"]).optional(),
    true: Words.optional(),
    false: Words.optional(),
    transform: z.array(z.enum(['trim', 'lower', 'upper'])).default([]),
    values: z.record(z.string(), Scalar.nullable()).optional().describe('Replaces values before they are read'),
    default: Scalar.optional().describe('Taken when the file has nothing'),
    on_error: OnError.optional(),
  })
  .refine((rule) => [rule.column, rule.constant, rule.multiply].filter((one) => one !== undefined).length === 1, {
    message: worded('needs exactly one of column, constant and multiply'),
  });
export type ColumnRule = z.infer<typeof ColumnRule>;

const ColumnMapping = z.union([SourceName.transform((column): ColumnRule => ({ column, transform: [] })), ColumnRule]);

const ConsentMapping = z.strictObject({
  column: SourceName,
  granted: Words.default(['yes', 'true', '1', 'y']),
  refused: Words.default(['no', 'false', '0', 'n']),
});
export type ConsentMapping = z.infer<typeof ConsentMapping>;

/** How the columns of a file become ours; everything has a default that is sniffed from the file. */
export const Mapping = z.strictObject({
  format: z.enum(['csv', 'ndjson', 'parquet']).optional(),
  delimiter: z.string().length(1).optional(),
  quote: z.string().length(1).default('"'),
  encoding: z.string().max(40).optional(),
  header: z.boolean().default(true).describe('Without a header the columns are called column_1, column_2...'),
  date_format: z.string().max(60).optional(),
  zone: z.string().max(60).default('UTC'),
  decimal: z.enum(['.', ',']).default('.'),
  thousands: z.enum([',', '.', ' ', "'"]).optional(),
  true: Words.default(['true', 't', 'yes', 'y', '1']),
  false: Words.default(['false', 'f', 'no', 'n', '0']),
  null_words: Words.default([]).describe('Texts that mean "nothing", such as NULL or \\N'),
  on_error: OnError.default('reject'),
  change: z
    .strictObject({
      column: SourceName,
      delete: Words.default(['D', 'delete']),
      upsert: Words.default(['U', 'I', 'upsert']),
    })
    .optional(),
  columns: z.record(ColumnName, ColumnMapping).optional().describe('Target column <- source'),
  identities: z.record(Name, ColumnMapping).optional().describe('Of profiles: namespace <- source'),
  traits: z.record(ColumnName, ColumnMapping).optional(),
  consent: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_-]*(\/[a-z][a-z0-9_-]*)?$/, worded('must be channel or channel/topic')),
      ConsentMapping,
    )
    .optional(),
  consent_over_refusal: z.boolean().default(false).describe('Lets the file grant what a person has refused elsewhere'),
  default_country: z.string().length(2).toUpperCase().optional().describe('Of phone numbers without a prefix'),
});
export type Mapping = z.infer<typeof Mapping>;

/** The names that a mapping of profiles may use under `columns`. */
export const PROFILE_TARGETS: readonly string[] = WritableColumn.options;

/** The change column that a file may carry without being told. */
export const CHANGE_COLUMN = '_change_request_type';

/** `CustomerID` and `Customer Id` both become `customer_id`: how a header names a column of ours. */
export function columnNameOf(header: string): string {
  const name = header
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 63);
  return /^[a-z]/.test(name) ? name : `column_${name}`.slice(0, 63);
}
