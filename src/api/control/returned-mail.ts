import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { takeReturnedMail } from '../../services/returned-mail/index.ts';

/** Reports quote at most the mail that they are about. */
const MAIL_BYTES_MAX = 16 * 1024 * 1024;

/** Where a mail server hands in what comes back to the envelope senders of a channel. */
export function returnedMailRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    // A mail is taken as it is, under whatever content type a program gives it.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAIL_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );
    server.post('/api/returned-mail', {
      config: { scope: 'suppressions:write' },
      schema: {
        tags: ['suppressions'],
        summary:
          'Take a mail that came back to an envelope sender: a report of non-delivery fails its message, a complaint suppresses its address',
        description: 'The body is the mail as it came (RFC 5322); reports are those of RFC 3464 and 5965.',
        querystring: z.strictObject({
          recipient: z.string().max(1_000).optional().describe('To whom it came, by the envelope'),
        }),
        response: {
          200: z.object({
            outcome: z.enum(['bounced', 'complained', 'known', 'no_failure', 'not_ours']),
            message: z.string().nullable(),
            reason: z.string().nullable(),
          }),
        },
      },
      handler: async ({ body, query }) => {
        if (!Buffer.isBuffer(body) || body.length === 0) {
          throw new AppError('invalid', say('The body must be the mail that came back.'));
        }
        return takeReturnedMail(ctx, { raw: body.toString('utf8'), recipient: query.recipient });
      },
    });
  };
}
