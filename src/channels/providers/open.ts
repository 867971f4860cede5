import { readFile } from 'node:fs/promises';
import { type ChannelDefinition, type DkimSetting, parseSmtpUrl } from '../../core/channels/index.ts';
import type { EmailChannel } from '../../core/deliveries/index.ts';
import { AppError, inLanguage, verbatim } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  createDkimSigner,
  createSmtpChannel,
  type DkimSigner,
  type SmtpSettings,
  smtpSettings,
} from '../email/index.ts';
import { createSandboxChannel } from '../sandbox/index.ts';

/**
 * Makes the adapter that a channel definition asks for. Connects to nobody yet.
 * @throws AppError `unavailable` when a secret or a key that the definition refers to is not there.
 */
export async function openChannel(ctx: Context, definition: ChannelDefinition): Promise<EmailChannel> {
  switch (definition.provider) {
    case 'sandbox':
      return createSandboxChannel(ctx);
    case 'smtp':
      return createSmtpChannel(await settingsOf(ctx, definition), { log: ctx.log });
  }
}

async function settingsOf(ctx: Context, definition: ChannelDefinition): Promise<SmtpSettings> {
  const where = `Channel "${definition.key}"`;
  const url = typeof definition.url === 'object' ? secretOf(ctx, definition.url.secret, where) : (definition.url ?? '');
  const parsed = parseSmtpUrl(url);
  if (!parsed.ok)
    throw new AppError('unavailable', verbatim(`${where}: the server's URL ${inLanguage(parsed.problem)}.`));
  return smtpSettings(parsed.server, {
    connectionsMax: definition.connections,
    window: definition.window,
    messagesPerConnectionMax: definition.messages_per_connection,
    perDomainMax: definition.per_domain,
    tls: {
      required: definition.tls.required,
      rejectUnauthorized: definition.tls.reject_unauthorized,
      plainAuth: definition.tls.plain_auth,
    },
    dkim: definition.dkim && (await signerOf(ctx, definition.dkim, where)),
  });
}

async function signerOf(ctx: Context, dkim: DkimSetting, where: string): Promise<DkimSigner> {
  const { domain, selector, private_key: key } = dkim;
  const privateKey = 'secret' in key ? secretOf(ctx, key.secret, where) : await readKeyFile(key.file, where);
  return createDkimSigner({ domain, selector, privateKey });
}

function secretOf(ctx: Context, name: string, where: string): string {
  const value = ctx.config.secretNamed(name);
  if (value === undefined)
    throw new AppError('unavailable', verbatim(`${where} needs the environment variable ${name}, which is not set.`));
  // One line is all that some environments can hold of a PEM file.
  return value.startsWith('-----BEGIN') ? value.replaceAll('\\n', '\n') : value;
}

async function readKeyFile(path: string, where: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('unavailable', verbatim(`${where}: the DKIM key file ${path} cannot be read.`), { cause });
  }
}
