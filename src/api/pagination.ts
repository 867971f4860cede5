import { z } from 'zod';
import { invalid, say, says } from '../core/kernel/index.ts';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 1_000;

/**
 * The query of every list: `?limit=&after=`. Extend it with the list's own filters:
 * `querystring: PageQuery.extend({ state: RunState.optional() })`.
 */
export const PageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMIT_MAX)
    .default(LIMIT_DEFAULT)
    .describe(`How many items at most, ${LIMIT_MAX} at the very most`),
  after: z.string().max(1_000).optional().describe('The `next` of the page before; absent for the first page'),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** The answer of every list: `next` is what the following page's `after` must be, null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** A moment in a cursor, in milliseconds: of those that a timestamp of PostgreSQL can be, and a date of JavaScript. */
export const CursorInstant = z.number().int().min(-210_866_803_200_000).max(8_640_000_000_000_000);

export type CursorValue = string | number | boolean | null;

/**
 * Cuts one page out of rows that were read with `limit + 1`: the extra row only says that there is more. `cursor` gives the sort key of
 * a row, in the order of the list's `order by`, so that a page starts strictly after it however many rows came or went meanwhile.
 */
export function toPage<Row>(input: {
  readonly rows: readonly Row[];
  readonly limit: number;
  readonly cursor: (row: Row) => readonly CursorValue[];
}): { items: Row[]; next: string | null } {
  const items = input.rows.slice(0, input.limit);
  const last = items.at(-1);
  const more = input.rows.length > input.limit && last !== undefined;
  return { items, next: more ? encodeCursor(input.cursor(last)) : null };
}

/** A cursor is the sort key itself, as base64url of JSON: it grants nothing, so it needs no signature. */
export function encodeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * Reads `after` as the sort key that `schema` (a tuple) describes; undefined stays undefined.
 * @throws AppError `invalid` when the text is not a cursor of this list.
 */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  after: string | undefined,
): z.infer<Schema> | undefined {
  if (after === undefined) return undefined;
  const parsed = schema.safeParse(parseJson(Buffer.from(after, 'base64url').toString('utf8')));
  if (parsed.success) return parsed.data;
  throw invalid(say('The cursor is not valid.'), [
    {
      path: 'query.after',
      ...says('is not a cursor of this list.'),
      expected: 'the `next` of a page of the same list',
    },
  ]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever is not JSON is not a cursor either; the schema says so.
    return undefined;
  }
}
