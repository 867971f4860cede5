import type { Context } from '../../platform/context.ts';
import { transactionWithin } from '../../platform/sql/index.ts';
import { mustBeAudience } from './resolve.ts';
import { type DayRow, selectDays } from './store-size.ts';

const TIMEOUT_MS = 20_000;

/** The size of a live audience day by day. @throws AppError `not_found`, `unavailable` when it takes too long. */
export async function audienceHistory(
  ctx: Context,
  input: { readonly key: string; readonly days: number; readonly zone: string; readonly signal?: AbortSignal },
): Promise<DayRow[]> {
  const { signal, ...asked } = input;
  await mustBeAudience(ctx.db, asked.key);
  return transactionWithin(ctx.db, { signal, timeoutMs: TIMEOUT_MS }, (tx) =>
    selectDays(tx, { ...asked, now: ctx.clock.now() }),
  );
}
