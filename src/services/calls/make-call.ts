import type { EndpointDefinition } from '../../core/endpoints/index.ts';
import type { CallRequest } from '../../core/journeys/index.ts';
import type { Context } from '../../platform/context.ts';
import { ExchangeError } from './exchange.ts';
import { failureOf, type Performing, performCall } from './perform.ts';
import type { CallOutcome } from './settle.ts';
import type { CallRow } from './store.ts';
import type { WebhookCalls, WebhookRequest } from './webhook-calls.ts';

/** Calls without an endpoint are counted under their host, which is written otherwise. */
const ENDPOINT_KEY = /^[a-z][a-z0-9_-]*$/;

/** Makes one call, whatever it is for. `webhooks`: the requests of the webhooks among those that were claimed together. */
export async function makeCall(
  performing: Performing,
  call: CallRow,
  endpoint: EndpointDefinition | undefined,
  webhooks: Promise<ReadonlyMap<number, WebhookRequest>>,
): Promise<CallOutcome['result']> {
  const key = callKeyOf(call);
  if (call.purpose === 'journey') {
    if (endpoint === undefined && ENDPOINT_KEY.test(call.endpoint))
      return { kind: 'failed', reason: 'endpoint_missing' };
    return performCall(performing, { key, request: call.request as unknown as CallRequest, endpoint });
  }
  const request = (await webhooks).get(call.call_id);
  if (request === undefined) return { kind: 'dropped' };
  const { url, headers, body, allowPrivate, timeoutMs } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const sent = { method: 'POST', url, headers: { ...headers, 'idempotency-key': key }, body, allowPrivate };
    const answer = await performing.exchanger.exchange(sent, signal);
    return { kind: 'answered', status: answer.status, body: null };
  } catch (error) {
    if (signal.aborted) return { kind: 'timed-out' };
    if (error instanceof ExchangeError) return failureOf(error);
    throw error;
  }
}

/** What goes out as `Idempotency-Key`: the same for every try of a call, by whichever worker. */
function callKeyOf(call: CallRow): string {
  // A call goes with its person from one bucket to another, and says where it was made; of those queued by an older version, only webhooks'.
  const { bucket } = call.request;
  return `${typeof bucket === 'number' ? bucket : call.bucket}-${call.call_id}`;
}

export async function prepareWebhooks(
  ctx: Context,
  calls: readonly CallRow[],
  webhooks: WebhookCalls | undefined,
): Promise<ReadonlyMap<number, WebhookRequest>> {
  const wanted = calls.filter((call) => call.purpose === 'webhook');
  if (wanted.length === 0 || webhooks === undefined) return new Map();
  const asked = wanted.map((call) => ({
    key: callKeyOf(call),
    callId: call.call_id,
    endpoint: call.endpoint,
    request: call.request,
  }));
  return webhooks.prepare(ctx.db, asked, ctx.clock.now());
}
