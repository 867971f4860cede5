// Owns: what a webhook's call says, how it is signed, and what many failures of them mean.
// Does not own: making calls, and trying them again (services/calls).
// Invariants: 1. a call of a webhook that is gone or disabled is not made; 2. the id is the same for every try of a call, the
// timestamp is that of the try; 3. a webhook that nothing has got through to for days is disabled, and says so.
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import { messageReference } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import type { WebhookCalls, WebhookOutcome, WebhookRequest } from '../calls/index.ts';
import { secretsOf, signWebhook } from './sign.ts';
import { findIdentitiesOf, findWebhooks } from './store.ts';
import { insertDeliveries, noteFailures } from './store-call.ts';

const TIMEOUT_MS = 15_000;
const DISABLE_AFTER_MS = 5 * 86_400_000;
const KEEP_DELIVERIES_MS = 14 * 86_400_000;

/** What the worker that makes calls needs of webhooks. */
export function createWebhookCalls(ctx: Context): WebhookCalls {
  return {
    async prepare(db, calls, now) {
      const ids = [...new Set(calls.flatMap((call) => webhookIdOf(call.endpoint) ?? []))];
      const active = (await findWebhooks(db, ids)).filter((webhook) => webhook.state === 'active');
      const webhooks = new Map(active.map((webhook) => [webhook.webhookId, webhook]));
      const identities = await identitiesOf(db, calls);
      const ready = new Map<number, WebhookRequest>();
      for (const { key, callId, endpoint, request } of calls) {
        const webhook = webhooks.get(webhookIdOf(endpoint) ?? 0);
        if (!webhook) continue;
        const body = bodyOf(request, identities);
        const signed = signWebhook({ secrets: secretsOf(ctx, webhook, now), id: `call_${key}`, body, now });
        ready.set(callId, {
          url: webhook.url,
          headers: { 'content-type': 'application/json', 'user-agent': 'Carillon', ...signed },
          body,
          allowPrivate: webhook.allowPrivate,
          timeoutMs: TIMEOUT_MS,
        });
      }
      return ready;
    },

    async settled(tx, outcomes, now) {
      const known = outcomes.flatMap((outcome) => {
        const webhookId = webhookIdOf(outcome.endpoint);
        return webhookId === undefined ? [] : [{ outcome, webhookId }];
      });
      await insertDeliveries(
        tx,
        known.map(({ outcome, webhookId }) => deliveryOf(outcome, webhookId, now)),
        { keepSince: now - KEEP_DELIVERIES_MS },
      );
      const working = new Set(known.filter(({ outcome }) => outcome.ok).map(({ webhookId }) => webhookId));
      const failing = new Set(known.map(({ webhookId }) => webhookId).filter((id) => !working.has(id)));
      const disabled = await noteFailures(
        tx,
        { working: [...working], failing: [...failing] },
        { now, disableBefore: now - DISABLE_AFTER_MS, reason: 'No call has got through for five days.' },
      );
      for (const webhook of disabled) {
        ctx.log.warn({ webhook }, 'A webhook was disabled: no call has got through for days.');
      }
    },
  };
}

function webhookIdOf(endpoint: string): number | undefined {
  const [, digits] = /^webhook:(\d{1,15})$/.exec(endpoint) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

type Calls = Parameters<WebhookCalls['prepare']>[1];

function personOf(request: JsonObject): { bucket: number; profileId: number } | undefined {
  const { bucket, data } = request;
  const profileId = (data as JsonObject | undefined)?.profile_id;
  return typeof bucket === 'number' && typeof profileId === 'number' ? { bucket, profileId } : undefined;
}

/** By `bucket/profile`, then by namespace. */
async function identitiesOf(
  db: Parameters<WebhookCalls['prepare']>[0],
  calls: Calls,
): Promise<ReadonlyMap<string, Readonly<Record<string, string[]>>>> {
  const people = calls.flatMap(({ request }) => personOf(request) ?? []);
  const found = new Map<string, Record<string, string[]>>();
  for (const { bucket, profileId, namespace, value } of people.length > 0 ? await findIdentitiesOf(db, people) : []) {
    const theirs = found.get(`${bucket}/${profileId}`) ?? {};
    theirs[namespace] = [...(Object.hasOwn(theirs, namespace) ? (theirs[namespace] ?? []) : []), value];
    found.set(`${bucket}/${profileId}`, theirs);
  }
  return found;
}

function bodyOf(
  request: JsonObject,
  identities: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>,
): string {
  const { type = '', timestamp = '', data } = request;
  const person = personOf(request);
  const known = person && (identities.get(`${person.bucket}/${person.profileId}`) ?? {});
  return JSON.stringify({
    type,
    timestamp,
    data: { ...messageOf(request), ...(data as JsonObject | undefined), ...(known ? { identities: known } : {}) },
  });
}

/** The message by the id that the API knows it by. */
function messageOf({ bucket, data }: JsonObject): { readonly message?: string } {
  const messageId = (data as JsonObject | undefined)?.message_id;
  if (typeof bucket !== 'number' || typeof messageId !== 'number') return {};
  return { message: messageReference({ bucket, messageId }) };
}

function deliveryOf(outcome: WebhookOutcome, webhookId: number, now: Instant) {
  const { callId, request, ok, final, reason, error = null } = outcome;
  const { type } = request;
  const event = typeof type === 'string' ? type : '';
  return { webhookId, callId, event, at: new Date(now), ok, final, reason: ok ? null : (reason ?? 'unknown'), error };
}
