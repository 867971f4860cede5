import { z } from 'zod';
import { ColumnName, Name } from '../data/index.ts';
import { type Json, type JsonObject, say, worded } from '../kernel/index.ts';
import { type Rejection, reject } from './reason.ts';
import { Unreadable } from './unreadable.ts';

const Path = z
  .string()
  .min(1)
  .max(500)
  .describe('Where a value is in the body: keys and positions joined by dots, `data.customer.0.email`');
const EventName = z.string().trim().min(1).max(200);
const SecretName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, worded('must be the name of an environment variable such as SHOP_WEBHOOK_SECRET'));
const PATHS_MAX = 100;

const Signature = z.discriminatedUnion('scheme', [
  z
    .strictObject({ scheme: z.literal('standard-webhooks'), secret: SecretName })
    .describe('The Standard Webhooks specification; the secret is `whsec_` and base64'),
  z
    .strictObject({ scheme: z.literal('stripe'), secret: SecretName })
    .describe("Stripe's own, in the header Stripe-Signature; the secret is the `whsec_...` of the endpoint, as it is"),
  z
    .strictObject({
      scheme: z.literal('hmac-sha256'),
      secret: SecretName,
      header: z.string().toLowerCase().min(1).max(100),
      encoding: z.enum(['hex', 'base64']).default('hex'),
      prefix: z.string().max(50).default('').describe('What stands before the signature, such as `sha256=`'),
    })
    .describe('HMAC-SHA256 of the body in a header'),
]);
export type WebhookSignature = z.infer<typeof Signature>;

/** How the bodies that another system posts become events. */
export const WebhookSettings = z.strictObject({
  each: Path.optional().describe(
    'The array whose every element is an event; absent: the body is one event, or an array of them',
  ),
  event: z.union([
    EventName.describe('The name of all events'),
    z.strictObject({
      path: Path,
      names: z.record(z.string(), EventName).default({}).describe('Their names as ours'),
      others: z.enum(['keep', 'ignore']).default('keep').describe('What becomes of names that are not in `names`'),
    }),
  ]),
  identities: z
    .record(Name, Path)
    .refine((identities) => Object.keys(identities).length > 0, worded('must say where somebody is named'))
    .describe('Namespace: where its value is'),
  properties: z
    .union([Path, z.record(z.string(), Path)])
    .optional()
    .describe('Where the object of properties is, or each property; absent: the whole event'),
  traits: z.record(ColumnName, Path).default({}).describe('What the event says about the person'),
  timestamp: Path.optional(),
  message_id: Path.optional().describe('What tells an event from its repetition'),
  signature: Signature.optional().describe('Requests without a valid signature are refused'),
});
export type WebhookSettings = z.infer<typeof WebhookSettings>;

export type MappedWebhook =
  | { readonly kind: 'mapped'; readonly event: JsonObject }
  | { readonly kind: 'ignored' }
  | Rejection;

/**
 * The events of one body: the elements of the array that the settings name, or the body itself. Where they name one and the body has
 * nothing there, the whole of it is put aside as `text`: who points another system here by a wrong path is to see it.
 */
export function splitWebhook(body: unknown, settings: WebhookSettings, text: string): readonly unknown[] {
  const { each } = settings;
  const found = each === undefined ? body : valueAt(body, each);
  if (each !== undefined && (found === undefined || found === null)) {
    const detail = say('The body has nothing at {path}, where its events should be.', { path: each });
    return [new Unreadable('unmapped', text, detail)];
  }
  return Array.isArray(found) ? found : [found];
}

/** One event of a webhook as an event that `readEvent` reads. */
export function mapWebhook(body: unknown, settings: WebhookSettings): MappedWebhook {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return reject('not_an_object', say('An event of a webhook is a JSON object.'));
  }
  const name = nameOf(body, settings.event);
  if (name === undefined) return { kind: 'ignored' };
  if (typeof name !== 'string') return name;
  const event: Record<string, Json> = { type: 'track', event: name };
  const externalIds: Json[] = [];
  for (const [namespace, path] of Object.entries(settings.identities)) {
    const value = valueAt(body, path);
    if (value === undefined || value === null) continue;
    if (namespace === 'user_id') event.userId = value;
    else if (namespace === 'anonymous_id') event.anonymousId = value;
    else externalIds.push({ type: namespace, id: value });
  }
  event.context = { traits: pick(body, settings.traits), externalIds };
  event.properties = propertiesOf(body as JsonObject, settings.properties);
  const timestamp = settings.timestamp === undefined ? undefined : valueAt(body, settings.timestamp);
  const messageId = settings.message_id === undefined ? undefined : valueAt(body, settings.message_id);
  if (timestamp !== undefined) event.timestamp = timestamp;
  if (messageId !== undefined) event.messageId = messageId;
  return { kind: 'mapped', event };
}

/** What is said of an event that names nobody: where the mapping looked for a name. */
export function namesNobody({ identities }: WebhookSettings): Rejection {
  const paths = Object.values(identities).join(', ');
  return reject('missing_identity', say('The event names nobody: it has nothing at {paths}.', { paths }));
}

function nameOf(body: unknown, event: WebhookSettings['event']): string | Rejection | undefined {
  if (typeof event === 'string') return event;
  const found = valueAt(body, event.path);
  if (typeof found !== 'string' || found === '') {
    return reject(
      'unmapped',
      say('The body has no text at {path}, where the name of the event should be.', { path: event.path }),
    );
  }
  const ours = Object.hasOwn(event.names, found) ? event.names[found] : undefined;
  if (ours !== undefined) return ours;
  return event.others === 'ignore' ? undefined : found;
}

function propertiesOf(body: JsonObject, properties: WebhookSettings['properties']): JsonObject {
  if (properties === undefined) return body;
  if (typeof properties !== 'string') return pick(body, properties);
  const found = valueAt(body, properties);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as JsonObject) : {};
}

function pick(body: unknown, paths: Readonly<Record<string, string>>): JsonObject {
  const picked: Record<string, Json> = {};
  for (const [name, path] of Object.entries(paths).slice(0, PATHS_MAX)) {
    const value = valueAt(body, path);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

function valueAt(body: unknown, path: string): Json | undefined {
  let value: unknown = body;
  for (const segment of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value as Json | undefined;
}
