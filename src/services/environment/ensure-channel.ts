import { isMailable, parseSmtpUrl } from '../../core/channels/index.ts';
import { AppError, inLanguage, verbatim } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { existsChannel } from '../channels/index.ts';
import { applyDefinitions, plainDocument } from '../definitions/index.ts';

/** The channel that stands for the server that SMTP_URL names. */
const ENVIRONMENT_CHANNEL = 'smtp';

/**
 * Publishes the channel `smtp` when SMTP_URL is set and nobody has defined one: from then on it is a definition like any other, which
 * refers to the variable and holds no password. The sender is the `from` parameter of the URL (`smtp://...?from=news@example.com`).
 * @throws AppError `invalid` when SMTP_URL cannot be read.
 */
export async function ensureEnvironmentChannel(ctx: Context): Promise<void> {
  const { smtpUrl } = ctx.config;
  if (smtpUrl === undefined) return;
  const parsed = parseSmtpUrl(smtpUrl);
  if (!parsed.ok) throw new AppError('invalid', verbatim(`SMTP_URL ${inLanguage(parsed.problem)}.`));
  if (await existsChannel(ctx.db, ENVIRONMENT_CHANNEL)) return;
  const from = new URL(smtpUrl).searchParams.get('from');
  const value = {
    kind: 'channel',
    key: ENVIRONMENT_CHANNEL,
    name: 'SMTP',
    provider: 'smtp',
    from: { email: from ?? senderAt(new URL(ctx.config.publicUrl).hostname) },
    url: { secret: 'SMTP_URL' },
  };
  await applyDefinitions(ctx, { documents: [plainDocument(value)], publish: true, dryRun: false });
  ctx.log.info({ channel: ENVIRONMENT_CHANNEL, host: parsed.server.host }, 'made a channel of SMTP_URL');
}

/** The installation's own name where it has one that mail can come from. */
function senderAt(host: string): string {
  const own = `carillon@${host}`;
  return isMailable(own) ? own : 'carillon@localhost.localdomain';
}
