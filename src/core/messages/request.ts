import { z } from 'zod';
import { Name } from '../data/index.ts';
import { IDENTITY_CHARS_MAX } from '../profiles/index.ts';

/** People that one call may name. */
export const RECIPIENTS_MAX = 1_000;
export const IDEMPOTENCY_KEY_CHARS_MAX = 200;

export const Variables = z
  .record(z.string().min(1).max(200), z.json())
  .describe('What the template reads as `row.NAME`; null where there is nothing to say');

export const MessageRecipient = z
  .strictObject({
    identity: z
      .strictObject({ namespace: Name, value: z.string().min(1).max(IDENTITY_CHARS_MAX) })
      .optional()
      .describe('Who it is'),
    email: z
      .string()
      .min(1)
      .max(320)
      .optional()
      .describe("Where it goes instead of to the profile's address. Alone it names the person, who is made if need be"),
    variables: Variables.optional().describe('Put over those of the whole call'),
  })
  .refine(({ identity, email }) => identity !== undefined || email !== undefined, 'needs an identity or an email');
export type MessageRecipient = z.infer<typeof MessageRecipient>;

export const MessageCategory = z.enum(['transactional', 'marketing']);
export type MessageCategory = z.infer<typeof MessageCategory>;

/** The body of `POST /v1/messages`. */
export const MessageRequest = z.strictObject({
  template: Name.describe('A published template'),
  to: z
    .union([MessageRecipient, z.array(MessageRecipient).min(1).max(RECIPIENTS_MAX)])
    .describe(`One recipient, or up to ${RECIPIENTS_MAX}`),
  category: MessageCategory.describe(
    'transactional: needs no consent and overtakes everything else; marketing: goes to people who opted in',
  ),
  channel: Name.optional().describe('Needed only where there are several besides the sandbox'),
  topic: z
    .union([Name, z.literal('')])
    .default('')
    .describe('What it is about, for consent; empty: the whole channel'),
  variables: Variables.default({}),
  send_at: z.iso.datetime({ offset: true }).optional().describe('Not before this time'),
  idempotency_key: z
    .string()
    .min(1)
    .max(IDEMPOTENCY_KEY_CHARS_MAX)
    .optional()
    .describe('The same as the header Idempotency-Key, for clients that cannot set one'),
});
export type MessageRequest = z.infer<typeof MessageRequest>;

/** The same text for JSON values that are the same but for the order of their keys. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`);
  return `{${entries.join(',')}}`;
}
