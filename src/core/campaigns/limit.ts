import { z } from 'zod';
import { worded } from '../kernel/index.ts';

const PERCENT = /^(\d{1,3})(?:\.(\d{1,6}))?%$/;

/** How many rows at most: a number of rows (`500`) or a share (`10%`, `0.5%`). */
export const Limit = z
  .union([
    z.number().int('must be a whole number of rows or a share such as "10%"').min(0),
    z
      .string()
      .regex(PERCENT, worded('must be a whole number of rows or a share such as "10%"'))
      .refine((text) => Number(text.slice(0, -1)) <= 100, worded('must not be more than 100%')),
  ])
  .describe('A number of rows (500) or a share (10%)');
export type Limit = z.infer<typeof Limit>;

/**
 * The exact number of rows that `limit` allows out of `total`. A share is rounded half up (10% of 25 is 3, of 24 is 2), in whole
 * numbers throughout, so that no binary fraction ever moves a row. A number of rows is cut at `total`.
 */
export function rowsOf(limit: Limit, total: number): number {
  if (typeof limit === 'number') return Math.min(limit, total);
  const { share, scale } = shareOf(limit);
  const hundred = 100n * scale;
  return Number((2n * BigInt(total) * share + hundred) / (2n * hundred));
}

/** A share as a whole number over a power of ten: 12.5% is 125 over 10. */
function shareOf(percent: string): { share: bigint; scale: bigint } {
  const [, whole = '0', decimals = ''] = PERCENT.exec(percent) ?? [];
  return { share: BigInt(whole + decimals), scale: 10n ** BigInt(decimals.length) };
}
