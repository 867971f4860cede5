import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { splitWebhook, type WebhookSignature } from '../../core/ingest/index.ts';
import type { Context } from '../../platform/context.ts';
import { sameBytes, sign } from '../../platform/crypto.ts';
import { receiveEvents, refuseBody } from '../../services/ingest/index.ts';
import { answerTaken, TAKEN } from './answer.ts';
import { parseJson, readBody } from './body.ts';
import { Refusal } from './refusals.ts';
import type { Inlet } from './segment.ts';
import { sourceOf } from './write-key.ts';

const BATCH_EVENTS_MAX = 5_000;

const SCHEMA = {
  tags: ['events'],
  summary: 'Take a webhook of another system, by the mapping of its source',
  params: z.object({ key: z.string() }),
  response: { 200: TAKEN },
};
/** The tolerance of the Standard Webhooks specification, and of Stripe's libraries. */
const AGE_MS_MAX = 5 * 60_000;

/** Webhooks of other systems: the source's mapping says what in their bodies is what. */
export function webhookRoutes(server: FastifyInstance, { ctx, ingest, keys }: Inlet): void {
  server.post<{ Params: { key: string } }>(
    '/hooks/in/:key',
    { config: { scope: 'public' }, schema: SCHEMA },
    async (request, reply) => {
      const { name, settings, ...source } = await sourceOf(keys, request.params.key, 'webhook');
      if (!settings) throw new Refusal(400, 'The webhook has no mapping.');
      const refused = settings.signature && checkSignature(ctx, request, settings.signature);
      if (refused !== undefined) {
        keys.tally.count({ ...source, name, settings }, 0, 1);
        throw new Refusal(401, refused);
      }
      const body = await readBody(request);
      if (body.kind === 'unreadable') throw new Refusal(400, body.detail);
      const parsed = parseJson(body.text);
      if (!parsed) {
        const detail = 'The body is not JSON.';
        await refuseBody(ctx, ingest, { source: name, inlet: 'webhook', text: body.text, detail });
        throw new Refusal(400, detail);
      }
      const raws = splitWebhook(parsed.value, settings, body.text);
      if (raws.length > BATCH_EVENTS_MAX) throw new Refusal(400, `A body has at most ${BATCH_EVENTS_MAX} events.`);
      const received = await receiveEvents(ctx, ingest, { raws, source: name, inlet: 'webhook', settings });
      keys.tally.count({ ...source, name, settings }, received.accepted, received.rejected);
      return answerTaken(reply, received);
    },
  );
}

/** Why the request is refused; undefined when its signature is right. */
function checkSignature(ctx: Context, request: FastifyRequest, signature: WebhookSignature): string | undefined {
  const secret = ctx.config.secretNamed(signature.secret);
  if (secret === undefined) {
    ctx.log.error({ variable: signature.secret }, 'a webhook cannot be checked: its secret is not in the environment');
    return 'The signature of the request cannot be checked: its secret is not set on this server.';
  }
  return isSigned(ctx, request, signature, secret) ? undefined : 'The signature of the request is not valid.';
}

function isSigned(ctx: Context, request: FastifyRequest, signature: WebhookSignature, secret: string): boolean {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (signature.scheme === 'hmac-sha256') {
    const given = header(request, signature.header);
    if (!given.startsWith(signature.prefix)) return false;
    const bytes = Buffer.from(given.slice(signature.prefix.length), signature.encoding);
    return sameBytes(bytes, sign(secret, body));
  }
  const isRight = signature.scheme === 'stripe' ? isOfStripe : isStandard;
  return isRight(ctx, request, secret, body);
}

/** Standard Webhooks: `v1,` and base64 of the HMAC of `id.timestamp.body`; of several signatures one has to be right. */
function isStandard(ctx: Context, request: FastifyRequest, secret: string, body: Buffer): boolean {
  const id = header(request, 'webhook-id');
  const timestamp = header(request, 'webhook-timestamp');
  const age = Math.abs(ctx.clock.now() - Number(timestamp) * 1_000);
  if (id === '' || !(age <= AGE_MS_MAX)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = sign(key, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]));
  return header(request, 'webhook-signature')
    .split(' ')
    .some((one) => one.startsWith('v1,') && sameBytes(Buffer.from(one.slice(3), 'base64'), expected));
}

/** Stripe: `t=SECONDS,v1=HEX,...`, the HMAC of `t.body`; of several one has to be right, while a secret is being changed. */
function isOfStripe(ctx: Context, request: FastifyRequest, secret: string, body: Buffer): boolean {
  const parts = header(request, 'stripe-signature')
    .split(',')
    .map((part) => part.trim().split('=', 2));
  const timestamp = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!(Math.abs(ctx.clock.now() - Number(timestamp) * 1_000) <= AGE_MS_MAX)) return false;
  const expected = sign(secret, Buffer.concat([Buffer.from(`${timestamp}.`), body]));
  return parts.some(([name, hex = '']) => name === 'v1' && sameBytes(Buffer.from(hex, 'hex'), expected));
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
