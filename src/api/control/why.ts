import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { worded } from '../../core/kernel/index.ts';
import { readMessageNumber } from '../../core/messages/index.ts';
import { FACT_KINDS } from '../../core/why/index.ts';
import type { Context } from '../../platform/context.ts';
import { explainWhy, type SaidReason } from '../../services/why/index.ts';
import { Language, languageOf } from '../language.ts';

const Reason: z.ZodType<SaidReason> = z
  .object({
    kind: z.enum(FACT_KINDS).describe('What kind of fact it is'),
    at: z.date().nullable(),
    text: z.string(),
    get because() {
      return z.array(Reason).readonly();
    },
  })
  .meta({ id: 'Reason' });

const MessageNumber = z
  .string()
  .refine((text) => readMessageNumber(text) !== undefined, worded('must be the id of a message, like msg_1kz4'))
  .transform(readMessageNumber)
  .describe('Its id, or its number');

const Why = z.object({
  about: z.enum(['person', 'message', 'journey', 'audience']),
  profile: z.object({ bucket: z.number().int(), profile_id: z.number().int() }),
  answer: z.string(),
  reasons: z.array(Reason).readonly(),
});

/** Questions about one person, answered from what was recorded. */
export function whyRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/profiles/:namespace/:value/why', {
      config: { scope: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary:
          'Say why something happened to one person, or did not; ask about one thing, or see what there is to ask about',
        params: z.strictObject({ namespace: Name, value: z.string().min(1).max(500) }),
        querystring: z.strictObject({
          message: MessageNumber.optional(),
          journey: Name.optional(),
          audience: Name.optional(),
          language: Language,
        }),
        response: { 200: Why },
      },
      handler: (request) => {
        const { namespace, value } = request.params;
        const { language: _language, ...question } = request.query;
        return explainWhy(ctx, { profile: `${namespace}:${value}`, question, language: languageOf(request) });
      },
    });
  };
}
