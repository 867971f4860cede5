import { domainToUnicode } from 'node:url';
import { isMailable, normaliseEmail } from '../../core/channels/index.ts';
import { invalid, say, says } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  deleteSuppressions,
  insertSuppressions,
  listSuppressionRows,
  type Suppression,
  type SuppressionReason,
} from './store-suppression.ts';

const CHANNEL = 'email';

/** Addresses that must not be written to, in order; those after `after`. */
export async function listSuppressions(
  ctx: Context,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<Suppression[]> {
  return listSuppressionRows(ctx.db, { channel: CHANNEL, ...page });
}

/** From now on nobody writes to these addresses. Returns how many were new. @throws AppError `invalid` naming each that is none. */
export async function suppressAddresses(
  ctx: Context,
  addresses: readonly string[],
  given: { readonly reason?: SuppressionReason; readonly detail?: string } = {},
): Promise<number> {
  const { reason = 'manual', detail = null } = given;
  const now = ctx.clock.now();
  const added = await insertSuppressions(ctx.db, CHANNEL, normalised(addresses), { reason, detail, now });
  ctx.signals.raise('inbox');
  return added;
}

/** Lets these addresses be written to again. Returns how many were suppressed. */
export async function unsuppressAddresses(ctx: Context, addresses: readonly string[]): Promise<number> {
  const removed = await deleteSuppressions(ctx.db, CHANNEL, normalised(addresses), ctx.clock.now());
  ctx.signals.raise('inbox');
  return removed;
}

function normalised(addresses: readonly string[]): string[] {
  const problems = addresses.flatMap((address, index) =>
    isMailable(address.trim())
      ? []
      : [{ path: `addresses.${index}`, ...says('"{address}" is not an email address.', { address }) }],
  );
  if (problems.length > 0) throw invalid(say('Not all of these are email addresses.'), problems);
  return [...new Set(addresses.flatMap(waysToWrite))];
}

/** What a profile may hold for the same mailbox: a domain beyond ASCII is written in either form, and claims compare as it is written. */
function waysToWrite(address: string): string[] {
  const normal = normaliseEmail(address);
  const at = normal.lastIndexOf('@') + 1;
  return [normal, normal.slice(0, at) + domainToUnicode(normal.slice(at)), address.trim().toLowerCase()];
}
