import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { invalid, say, says } from '../../core/kernel/index.ts';
import { MAILING_STATES, MailingRequest } from '../../core/mailings/index.ts';
import { IDEMPOTENCY_KEY_CHARS_MAX } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  cancelMailing,
  confirmMailing,
  listMailings,
  showMailing,
  startMailing,
} from '../../services/mailings/index.ts';
import { RunSummary } from '../control/campaign-runs.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const tags = ['messages'];
const IdempotencyKey = z.string().min(1).max(IDEMPOTENCY_KEY_CHARS_MAX);
const Params = z.strictObject({ id: z.string().min(1).max(63) });

const Mailing = z.object({
  id: z.string().describe('The key of the campaign that it is'),
  name: z.string().nullable(),
  state: z.enum(MAILING_STATES).describe('held: the counts wait to be confirmed'),
  reason: z.string().nullable(),
  run_id: z.number().int(),
  send_id: z.number().int().nullable().describe('Null until the people have been chosen'),
  created_at: z.date(),
  starts_at: z.date(),
  finished_at: z.date().nullable(),
  summary: RunSummary.nullable().describe('Where everybody stands, with those left out by reason'),
});

/** Mailings: a template to a whole audience by one call, as a campaign of its own. */
export function mailingRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/v1/mailings', {
      config: { scope: 'messages:write' },
      schema: {
        tags,
        summary: 'Send a template to an audience or to whom a rule names, as marketing',
        headers: z.looseObject({ 'idempotency-key': IdempotencyKey.optional() }),
        body: MailingRequest,
        response: { 202: Mailing.extend({ repeated: z.boolean() }) },
      },
      handler: async ({ body, headers }, reply) => {
        const header = headers['idempotency-key'];
        if (header !== undefined && body.idempotency_key !== undefined && header !== body.idempotency_key) {
          throw invalid(say('The request is not valid.'), [
            { path: 'idempotency_key', ...says('is another one than that of the header Idempotency-Key.') },
          ]);
        }
        const { id, repeated } = await startMailing(ctx, body, header ?? body.idempotency_key);
        return reply.code(202).send({ ...answerOf(await showMailing(ctx, id)), repeated });
      },
    });

    server.get('/v1/mailings', {
      config: { scope: 'messages:read' },
      schema: {
        tags,
        summary: 'Mailings, the newest first',
        querystring: PageQuery,
        response: { 200: pageOf(Mailing) },
      },
      handler: async ({ query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = (await listMailings(ctx, { before, limit: query.limit + 1 })).map(answerOf);
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.run_id] });
      },
    });

    server.get('/v1/mailings/:id', {
      config: { scope: 'messages:read' },
      schema: { tags, summary: 'How a mailing stands', params: Params, response: { 200: Mailing } },
      handler: async ({ params }) => answerOf(await showMailing(ctx, params.id)),
    });

    server.post('/v1/mailings/:id/confirm', {
      config: { scope: 'messages:write' },
      schema: {
        tags,
        summary: 'Let a mailing go whose counts wait to be confirmed',
        params: Params,
        response: { 200: Mailing },
      },
      handler: async ({ params }) => answerOf(await confirmMailing(ctx, params.id)),
    });

    server.post('/v1/mailings/:id/cancel', {
      config: { scope: 'messages:write' },
      schema: {
        tags,
        summary: 'End a mailing; what has not left is not sent',
        params: Params,
        response: { 200: Mailing },
      },
      handler: async ({ params }) => answerOf(await cancelMailing(ctx, params.id)),
    });
  };
}

function answerOf(mailing: Awaited<ReturnType<typeof showMailing>>): z.infer<typeof Mailing> {
  const { summary } = mailing;
  if (summary === null) return { ...mailing, summary };
  const { excluded_by, failed_by, uncertain_by, links, ...counts } = summary;
  return {
    ...mailing,
    summary: {
      ...counts,
      excluded_by: { ...excluded_by },
      failed_by: { ...failed_by },
      uncertain_by: { ...uncertain_by },
      links: [...links],
    },
  };
}
