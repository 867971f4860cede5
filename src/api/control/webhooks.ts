import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { WebhookEvent, WebhookInput } from '../../core/webhooks/index.ts';
import type { Context } from '../../platform/context.ts';
import { mustBeLive } from '../../services/audiences/index.ts';
import {
  changeWebhook,
  createWebhook,
  type DeliveryRow,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  pingWebhook,
  rotateSecret,
  type WebhookRow,
} from '../../services/webhooks/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const tags = ['webhooks'];
const Address = z.strictObject({ webhook_id: z.coerce.number().int().positive() });

const Webhook = z.object({
  webhook_id: z.number().int(),
  name: z.string(),
  url: z.string(),
  events: z.array(WebhookEvent),
  audiences: z.array(z.string()),
  allow_private: z.boolean(),
  state: z.enum(['active', 'disabled']),
  reason: z.string().nullable().describe('Why it is disabled'),
  failing_since: z.date().nullable().describe('Since when no call has got through'),
  created_at: z.date(),
  updated_at: z.date(),
});
const WithSecret = Webhook.extend({ secret: z.string().describe('What calls are signed with: Standard Webhooks') });

const Delivery = z.object({
  delivery_id: z.number().int(),
  call_id: z.number().int(),
  event: z.string(),
  at: z.date(),
  ok: z.boolean(),
  final: z.boolean().describe('It is not tried again'),
  reason: z.string().nullable().describe('The status of the answer, or why there is none'),
  error: z.string().nullable().describe('What the network called it, where there is no answer: ECONNREFUSED'),
});

function answerOf(row: WebhookRow): z.infer<typeof Webhook> {
  return {
    webhook_id: row.webhookId,
    name: row.name,
    url: row.url,
    events: [...row.events],
    audiences: [...row.audiences],
    allow_private: row.allowPrivate,
    state: row.state,
    reason: row.reason,
    failing_since: row.failingSince,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  };
}

function deliveryOf(row: DeliveryRow): z.infer<typeof Delivery> {
  const { deliveryId, callId, event, at, ok, final, reason, error } = row;
  return { delivery_id: deliveryId, call_id: callId, event, at, ok, final, reason, error };
}

/** Who is told of what happens, by signed calls. */
export function webhookRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(readRoutes(ctx));
    await server.register(changeRoutes(ctx));
    await server.register(verbRoutes(ctx));
  };
}

function readRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/webhooks', {
      config: { scope: 'webhooks:read' },
      schema: { tags, summary: 'List the webhooks', querystring: PageQuery, response: { 200: pageOf(Webhook) } },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listWebhooks(ctx, { after, limit: query.limit + 1 });
        return toPage({ rows: rows.map(answerOf), limit: query.limit, cursor: (row) => [row.webhook_id] });
      },
    });

    server.get('/api/webhooks/:webhook_id', {
      config: { scope: 'webhooks:read' },
      schema: { tags, summary: 'Show a webhook', params: Address, response: { 200: Webhook } },
      handler: async ({ params }) => answerOf(await getWebhook(ctx, params.webhook_id)),
    });

    server.get('/api/webhooks/:webhook_id/deliveries', {
      config: { scope: 'webhooks:read' },
      schema: {
        tags,
        summary: 'List the tries of its calls, the newest first; kept for two weeks',
        params: Address,
        querystring: PageQuery,
        response: { 200: pageOf(Delivery) },
      },
      handler: async ({ params, query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listDeliveries(ctx, { webhookId: params.webhook_id, before, limit: query.limit + 1 });
        return toPage({ rows: rows.map(deliveryOf), limit: query.limit, cursor: (row) => [row.delivery_id] });
      },
    });
  };
}

function changeRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/webhooks', {
      config: { scope: 'webhooks:write' },
      schema: { tags, summary: 'Have calls made', body: WebhookInput, response: { 201: WithSecret } },
      handler: async ({ body }, reply) => {
        await mustBeLive(ctx, body.audiences, 'audiences');
        const { secret, ...row } = await createWebhook(ctx, body);
        return reply.code(201).send({ ...answerOf(row), secret });
      },
    });

    server.put('/api/webhooks/:webhook_id', {
      config: { scope: 'webhooks:write' },
      schema: { tags, summary: 'Change a webhook', params: Address, body: WebhookInput, response: { 200: Webhook } },
      handler: async ({ params, body }) => {
        await mustBeLive(ctx, body.audiences, 'audiences');
        return answerOf(await changeWebhook(ctx, params.webhook_id, body));
      },
    });

    server.delete('/api/webhooks/:webhook_id', {
      config: { scope: 'webhooks:write' },
      schema: {
        tags,
        summary: 'Have no calls made any more',
        params: Address,
        response: { 204: z.undefined().describe('Deleted') },
      },
      handler: async ({ params }, reply) => {
        await deleteWebhook(ctx, params.webhook_id);
        return reply.code(204).send();
      },
    });
  };
}

function verbRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/webhooks/:webhook_id/rotate-secret', {
      config: { scope: 'webhooks:write' },
      schema: {
        tags,
        summary: 'Make a new secret; for a day calls are signed with the old one too',
        params: Address,
        response: { 200: WithSecret },
      },
      handler: async ({ params }) => {
        const { secret, ...row } = await rotateSecret(ctx, params.webhook_id);
        return { ...answerOf(row), secret };
      },
    });

    server.post('/api/webhooks/:webhook_id/ping', {
      config: { scope: 'webhooks:write' },
      schema: {
        tags,
        summary: 'Have a call made that says nothing but that it came',
        params: Address,
        response: { 202: Webhook },
      },
      handler: async ({ params }, reply) => {
        await pingWebhook(ctx, params.webhook_id);
        return reply.code(202).send(answerOf(await getWebhook(ctx, params.webhook_id)));
      },
    });

    const verbs = {
      enable: { summary: 'Make calls again; what happened meanwhile is not told', work: enableWebhook },
      disable: { summary: 'Make no calls until it is enabled; what waits is dropped', work: disableWebhook },
    };
    for (const [verb, { summary, work }] of Object.entries(verbs)) {
      server.post(`/api/webhooks/:webhook_id/${verb}`, {
        config: { scope: 'webhooks:write' },
        schema: { tags, summary, params: Address, response: { 200: Webhook } },
        handler: async ({ params }) => answerOf(await work(ctx, params.webhook_id)),
      });
    }
  };
}
