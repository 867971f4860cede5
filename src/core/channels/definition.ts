import { z } from 'zod';
import { Name } from '../data/index.ts';
import { issueOf, type Plain, parseDuration, say, type Wording, worded } from '../kernel/index.ts';
import { isMailable } from './address.ts';

/** Header text: a line break in it would let an author add headers of their own. */
const HeaderText = z
  .string()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused.
  .regex(/^[^\u0000-\u001f\u007f]*$/, worded('must not hold line breaks or control characters'));

const Address = z.string().refine(isMailable, worded('must be an email address such as news@example.com'));

const DomainName = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    worded('must be a domain name such as mail.example.com'),
  );

/** The name of an environment variable that holds the value, so that a definition in git holds no secret. */
export const SecretReference = z.strictObject({
  secret: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,99}$/, worded('must be the name of an environment variable such as SMTP_URL')),
});
export type SecretReference = z.infer<typeof SecretReference>;

const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, worded('must be a duration such as 90m, 2d or PT12H'));

const Percentage = z.string().regex(/^(?:100|\d{1,2}(?:\.\d+)?)%$/, worded('must be a percentage such as 5%'));

export const DkimSetting = z.strictObject({
  domain: DomainName.describe('The d= tag: the domain that takes responsibility, aligned with From for DMARC'),
  selector: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62})$/, worded('must be a DKIM selector such as mail2026')),
  private_key: z
    .union([SecretReference, z.strictObject({ file: z.string().min(1) })])
    .describe('A PEM private key, RSA (2048 bits or more) or Ed25519: in an environment variable or a file'),
});
export type DkimSetting = z.infer<typeof DkimSetting>;

export const StopLoss = z.strictObject({
  bounces: Percentage.default('5%').describe('Share of hard bounces at which a send pauses itself'),
  errors: Percentage.default('20%').describe('Share of other failures at which a send pauses itself'),
  after: z
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Messages that must have settled before the shares are looked at'),
});
export type StopLoss = z.infer<typeof StopLoss>;

/** Where messages of one kind leave the house, and how fast they may. */
export const ChannelDefinition = z
  .strictObject({
    kind: z.literal('channel'),
    key: Name,
    name: z.string().min(1).max(200).optional(),
    channel: z.literal('email').default('email'),
    provider: z.enum(['sandbox', 'smtp']),
    from: z
      .strictObject({ email: Address, name: HeaderText.optional() })
      .describe('Used by templates that name no sender'),
    reply_to: Address.optional(),
    url: z
      .union([z.string(), SecretReference])
      .optional()
      .describe(
        'smtp://host:587 or smtps://host:465; with a user and a password as { secret: NAME }, the environment variable that holds it',
      ),
    rate: z.strictObject({ messages_per_second: z.number().positive().max(100_000) }).optional(),
    connections: z.number().int().min(1).max(500).default(10),
    window: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(50)
      .describe('Messages on their way on one connection before the first answer is in'),
    messages_per_connection: z.number().int().min(1).max(1_000_000).default(1_000),
    per_domain: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('Messages on their way to one recipient domain at the same time; without it, no limit'),
    tls: z
      .strictObject({
        required: z.boolean().default(false).describe('Never speak without TLS, not even to a server that offers none'),
        reject_unauthorized: z.boolean().default(true),
        plain_auth: z
          .boolean()
          .default(false)
          .describe(
            'Log in without TLS, to a relay on a network of your own; to this very machine it is always allowed',
          ),
      })
      .prefault({}),
    dkim: DkimSetting.optional(),
    return_path: DomainName.optional().describe('The domain of the envelope senders; bounces to it name their message'),
    retry_for: Duration.default('48h').describe('How long a message that was deferred is tried again'),
    stop_loss: StopLoss.prefault({}),
  })
  .superRefine((definition, check) => {
    const problem = (path: string, message: Plain) => check.addIssue({ code: 'custom', path: [path], message });
    if (definition.provider === 'sandbox' && definition.url !== undefined) {
      problem('url', 'The sandbox has no server: remove "url", or set provider to smtp.');
    }
    if (definition.provider === 'smtp' && definition.url === undefined) {
      problem('url', 'A channel of provider smtp needs "url", such as { secret: SMTP_URL }.');
    }
    if (typeof definition.url === 'string') {
      const parsed = parseSmtpUrl(definition.url);
      if (!parsed.ok) check.addIssue(issueOf(['url'], parsed.problem));
      // Definitions are read by more people than may know it, exported, and kept in git.
      else if (parsed.server.password)
        problem('url', 'Holds a password: put the URL into an environment variable, { secret: SMTP_URL }.');
    }
  });
export type ChannelDefinition = z.infer<typeof ChannelDefinition>;

/** The channel that exists without a definition: what a new installation sends through. */
export const SANDBOX_CHANNEL: ChannelDefinition = ChannelDefinition.parse({
  kind: 'channel',
  key: 'sandbox',
  name: 'Sandbox',
  provider: 'sandbox',
  from: { email: 'carillon@sandbox.example', name: 'Carillon' },
});

/** `5%` -> 0.05. */
export function fractionOf(percentage: string): number {
  return Number(percentage.replace('%', '')) / 100;
}

/** Where an SMTP server is and how to log in. */
export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps), as opposed to STARTTLS. */
  readonly implicitTls: boolean;
  readonly user?: string;
  readonly password?: string;
};

/** Reads `smtp://` and `smtps://` URLs; user and password are percent-encoded in them. The problem never quotes the password. */
export function parseSmtpUrl(
  text: string,
): { readonly ok: true; readonly server: SmtpServer } | { readonly ok: false; readonly problem: Wording } {
  const form = 'smtp://user:password@host:587 or smtps://user:password@host:465';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { ok: false, problem: say('must be a URL of the form {form}', { form }) };
  }
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') {
    return { ok: false, problem: say('must start with smtp:// or smtps://, not {scheme}//', { scheme: url.protocol }) };
  }
  if (url.hostname === '') return { ok: false, problem: say('names no host; the form is {form}', { form }) };
  const implicitTls = url.protocol === 'smtps:';
  const credential = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  return {
    ok: true,
    server: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (implicitTls ? 465 : 587) : Number(url.port),
      implicitTls,
      ...(url.username === '' ? {} : { user: credential(url.username), password: credential(url.password) }),
    },
  };
}
