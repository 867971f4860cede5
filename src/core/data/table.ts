import { z } from 'zod';
import { worded } from '../kernel/index.ts';

/** Names of tables, columns, keys of definitions: what a person types, safe in URLs and in SQL. */
export const Name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    worded('must start with a letter and hold only a-z, 0-9, _ and -, 63 characters at most'),
  );
/** Names of columns: like `Name` without the dash, so that templates can say `row.total_spent`. */
export const ColumnName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,62}$/,
    worded('must start with a letter and hold only a-z, 0-9 and _, 63 characters at most'),
  );

export const ColumnType = z.enum(['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'json']);
export type ColumnType = z.infer<typeof ColumnType>;

/** A column of a table or of a population: in rules, templates and previews it is known by this name. */
export type Column = { readonly name: string; readonly type: ColumnType };

const ColumnSetting = z.union([
  ColumnType,
  z.strictObject({ type: ColumnType, required: z.boolean().default(false), description: z.string().optional() }),
]);

const Link = z.strictObject({
  to: Name.describe('The table that the link leads to'),
  on: z.record(ColumnName, ColumnName).describe('Own column -> column of the other table'),
});

/** A user-defined relational table: orders, order lines, products. */
export const TableDefinition = z.strictObject({
  kind: z.literal('table'),
  key: Name,
  name: z.string().min(1).max(200).optional(),
  columns: z.record(ColumnName, ColumnSetting),
  primary_key: z.union([ColumnName.transform((name) => [name]), z.array(ColumnName).min(1).max(8)]),
  identity: z
    .strictObject({ column: ColumnName, namespace: Name })
    .optional()
    .describe('The column that says whose row it is; a value seen for the first time creates the profile'),
  links: z.record(ColumnName, Link).default({}).describe('Each row leads to at most one row of the other table'),
  version: ColumnName.optional().describe(
    'A column that grows with each change: an older row never overwrites a newer one',
  ),
});
export type TableDefinition = z.infer<typeof TableDefinition>;
