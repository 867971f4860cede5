import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { reasonWords } from '../../core/deliveries/index.ts';
import { endingWords } from '../../core/journeys/index.ts';
import { Language, languageOf } from '../language.ts';

const Words = z.record(z.string(), z.string());

/** What codes in other answers are called. */
export function wordRoutes(): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/words', {
      config: { scope: 'public' },
      schema: {
        tags: ['words'],
        summary: 'Say what codes are called in a language, as the end of a sentence',
        querystring: z.strictObject({ language: Language }),
        response: {
          200: z.object({
            reasons: Words.describe('Why somebody got no message; a provider may make up others'),
            endings: Words.describe('Why somebody left a journey'),
          }),
        },
      },
      handler: async (request) => {
        const language = languageOf(request);
        return { reasons: reasonWords(language), endings: endingWords(language) };
      },
    });
  };
}
