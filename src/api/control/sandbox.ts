import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { worded } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  getSandboxMessage,
  listSandboxMessages,
  type SandboxMessage,
  showSandboxHtml,
  textOfMail,
} from '../../services/sandbox/index.ts';
import { sendMailPage } from '../mail-page.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const Message = z.object({
  id: z.string().describe('`{bucket}-{message id}`'),
  send_id: z.number().int(),
  profile_id: z.number().int(),
  sender: z.string(),
  recipient: z.string(),
  subject: z.string(),
  bytes: z.number().int(),
  received_at: z.date(),
  reactions: z
    .array(
      z.object({
        kind: z.enum(['opened', 'clicked', 'unsubscribed', 'complained']),
        machine: z.boolean().describe('By a proxy or a scanner'),
        times: z.number().int(),
        first_at: z.date(),
        last_at: z.date(),
      }),
    )
    .describe('What its reader did with it'),
});

const MessageId = z.strictObject({
  id: z.string().regex(/^\d{1,3}-\d{1,15}$/, worded('must be the id of a message, such as 17-4711')),
});

export function sandboxRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/sandbox/messages', {
      config: { scope: 'sandbox:read' },
      schema: {
        tags: ['sandbox'],
        summary: 'What landed in the mailbox of the sandbox channel, the newest first',
        querystring: PageQuery.extend({
          send_id: z.coerce.number().int().positive().optional(),
          recipient: z.string().max(254).optional().describe('The whole address, in any case'),
          search: z.string().max(254).optional().describe('The beginning of an address, in any case'),
        }),
        response: { 200: pageOf(Message) },
      },
      handler: async ({ query }) => {
        const before = readCursor(z.tuple([z.number().int(), z.number().int()]), query.after);
        const { send_id: sendId, recipient, search } = query;
        const filter = { sendId, recipient, search, before, limit: query.limit + 1 };
        const page = toPage({
          rows: await listSandboxMessages(ctx, filter),
          limit: query.limit,
          cursor: (row) => [row.message_id, row.bucket],
        });
        return { ...page, items: page.items.map(shown) };
      },
    });

    server.get('/api/sandbox/messages/:id', {
      config: { scope: 'sandbox:read' },
      schema: {
        tags: ['sandbox'],
        summary: 'Read one message with its source',
        params: MessageId,
        response: {
          200: Message.extend({
            raw: z.string().describe('The whole message, RFC 5322'),
            text: z.string().nullable().describe('Its text part'),
          }),
        },
      },
      handler: async ({ params }) => {
        const message = await getSandboxMessage(ctx, idOf(params.id));
        return { ...shown(message), raw: message.raw, text: await textOfMail(message.raw) };
      },
    });

    server.get('/api/sandbox/messages/:id/raw', {
      config: { scope: 'sandbox:read' },
      schema: {
        tags: ['sandbox'],
        summary: 'The source of one message as a file that mail programs open',
        params: MessageId,
        produces: ['message/rfc822'],
        response: { 200: z.string().describe('The message, RFC 5322') },
      },
      handler: async ({ params }, reply) => {
        const { raw } = await getSandboxMessage(ctx, idOf(params.id));
        return reply
          .type('message/rfc822')
          .header('content-disposition', `attachment; filename="${params.id}.eml"`)
          .send(raw);
      },
    });

    server.get('/api/sandbox/messages/:id/html', {
      config: { scope: 'sandbox:read' },
      schema: {
        tags: ['sandbox'],
        summary: 'The message as its reader sees it, for a frame: it can run nothing and reach nothing of the console',
        params: MessageId,
        produces: ['text/html'],
        response: { 200: z.string() },
      },
      handler: async ({ params }, reply) => {
        return sendMailPage(reply, await showSandboxHtml(ctx, idOf(params.id)));
      },
    });
  };
}

function idOf(id: string): { readonly bucket: number; readonly messageId: number } {
  const [bucket, messageId] = id.split('-').map(Number);
  return { bucket: bucket ?? 0, messageId: messageId ?? 0 };
}

function shown({ bucket, message_id, ...rest }: SandboxMessage) {
  const { send_id, profile_id, sender, recipient, subject, bytes, received_at, reactions } = rest;
  const id = `${bucket}-${message_id}`;
  return { id, send_id, profile_id, sender, recipient, subject, bytes, received_at, reactions: [...reactions] };
}
