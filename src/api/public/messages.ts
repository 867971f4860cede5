import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { EXCLUSION_REASONS, Lane, MessageState } from '../../core/deliveries/index.ts';
import { invalid, say, says, worded } from '../../core/kernel/index.ts';
import { IDEMPOTENCY_KEY_CHARS_MAX, MessageRequest } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Express } from '../../services/deliveries/index.ts';
import {
  acceptMessages,
  cancelMessage,
  getMessage,
  listMessagesOfRequest,
  type MessageView,
} from '../../services/messages/index.ts';

const tags = ['messages'];
const Id = z.string().regex(/^msg_[0-9a-z]+$/, worded('must be the id of a message, like msg_1kz4'));
const IdempotencyKey = z.string().min(1).max(IDEMPOTENCY_KEY_CHARS_MAX);

const Acceptance = z.object({
  messages: z
    .array(
      z.object({
        id: Id,
        state: z.enum(['queued', 'scheduled', 'excluded']),
        reason: z.enum(EXCLUSION_REASONS).nullable().describe('Why this recipient gets nothing'),
      }),
    )
    .describe('In the order of the recipients'),
  queued: z.number().int(),
  excluded: z.number().int(),
  repeated: z.boolean().describe('The answer of an earlier call with the same idempotency key; nothing was done now'),
});

const Message = z.object({
  id: Id,
  state: z.enum([...MessageState.options, 'scheduled']),
  reason: z.string().nullable(),
  detail: z.string().nullable().describe("The provider's own words"),
  address: z.string().nullable(),
  profile_id: z.number().int().nullable(),
  template: z.string(),
  template_version: z.number().int(),
  channel: z.string(),
  lane: Lane,
  topic: z.string(),
  send_id: z.number().int(),
  attempts: z.number().int(),
  queued_at: z.date(),
  send_at: z.date().nullable().describe('Not before; while it waits'),
  due_at: z.date().nullable().describe('When it is tried next'),
  settled_at: z.date().nullable(),
  reactions: z.array(
    z.object({
      kind: z.string(),
      machine: z.boolean(),
      first_at: z.string(),
      last_at: z.string(),
      times: z.number().int(),
    }),
  ),
});

/** Messages by API: asked for one by one or a thousand at a time, looked at, taken back. */
export function messageRoutes(ctx: Context, express: Express | undefined): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/v1/messages', {
      config: { scope: 'messages:write', audited: false, confirms: true },
      schema: {
        tags,
        summary: 'Send a message to one or many people',
        headers: z.looseObject({ 'idempotency-key': IdempotencyKey.optional() }),
        body: MessageRequest,
        response: { 202: Acceptance },
      },
      handler: async ({ body, headers, confirm }, reply) => {
        const header = headers['idempotency-key'];
        if (header !== undefined && body.idempotency_key !== undefined && header !== body.idempotency_key) {
          throw invalid(say('The request is not valid.'), [
            { path: 'idempotency_key', ...says('is another one than that of the header Idempotency-Key.') },
          ]);
        }
        const acceptance = await acceptMessages(ctx, body, header ?? body.idempotency_key, { express, confirm });
        return reply.code(202).send({ ...acceptance, messages: [...acceptance.messages] });
      },
    });

    server.get('/v1/messages/:id', {
      config: { scope: 'messages:read' },
      schema: {
        tags,
        summary: 'What became of a message',
        params: z.strictObject({ id: Id }),
        response: { 200: Message },
      },
      handler: async ({ params }) => answerOf(await getMessage(ctx, params.id)),
    });

    server.get('/v1/messages', {
      config: { scope: 'messages:read' },
      schema: {
        tags,
        summary: 'What became of the messages of one call',
        querystring: z.strictObject({ idempotency_key: IdempotencyKey }),
        response: { 200: z.object({ items: z.array(Message) }) },
      },
      handler: async ({ query }) => ({
        items: (await listMessagesOfRequest(ctx, query.idempotency_key)).map(answerOf),
      }),
    });

    server.post('/v1/messages/:id/cancel', {
      config: { scope: 'messages:write' },
      schema: {
        tags,
        summary: 'Take back a message that has not left',
        params: z.strictObject({ id: Id }),
        response: { 200: Message },
      },
      handler: async ({ params }) => answerOf(await cancelMessage(ctx, params.id)),
    });
  };
}

function answerOf(view: MessageView): z.infer<typeof Message> {
  return {
    id: view.id,
    state: view.state,
    reason: view.reason,
    detail: view.detail,
    address: view.address,
    profile_id: view.profileId === 0 ? null : view.profileId,
    template: view.templateKey,
    template_version: view.templateVersion,
    channel: view.channelKey,
    lane: Lane.parse(view.lane),
    topic: view.topic,
    send_id: view.sendId,
    attempts: view.attempts,
    queued_at: view.queuedAt,
    send_at: view.notBefore,
    due_at: view.dueAt,
    settled_at: view.settledAt,
    reactions: [...view.reactions],
  };
}
