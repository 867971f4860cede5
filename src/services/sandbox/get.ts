import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { type SandboxMessage, selectMessage } from './store.ts';

/** One message of the sandbox's mailbox with its source. @throws AppError `not_found`. */
export async function getSandboxMessage(
  ctx: Pick<Context, 'db'>,
  at: { readonly bucket: number; readonly messageId: number },
): Promise<SandboxMessage & { readonly raw: string }> {
  const row = await selectMessage(ctx.db, at);
  if (!row) throw notFound('sandbox message', `${at.bucket}-${at.messageId}`);
  return { ...row, raw: row.raw.toString('utf8') };
}
