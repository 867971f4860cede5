import type { Context } from '../../platform/context.ts';
import { type DeadLetterFilter, type DeadLetterRow, selectDeadLetters } from './store-dead-letters.ts';

/** What could not be taken, newest first. */
export function listDeadLetters(
  ctx: Context,
  page: DeadLetterFilter & { readonly before?: number | undefined; readonly limit: number },
): Promise<DeadLetterRow[]> {
  return selectDeadLetters(ctx.db, { ...page, before: page.before });
}
