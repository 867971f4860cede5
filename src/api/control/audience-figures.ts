import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { worded } from '../../core/kernel/index.ts';
import { Rule } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { audienceHistory, type CountedLine, countLines } from '../../services/audiences/index.ts';
import { Language, languageOf } from '../language.ts';
import { withdrawn } from '../withdrawn.ts';

const tags = ['audiences'];
const DAYS_MAX = 366;

export const RuleBody = z.strictObject({
  rule: Rule,
  on: Name.optional().describe('"profiles", the default, or the key of a table'),
});
export const TextBody = z.strictObject({
  definition: z.string().max(1_000_000).describe('An audience as YAML, saved or not'),
});
/** An audience that nobody has saved. */
export const UnsavedBody = z.union([RuleBody, TextBody]);

const Key = z.strictObject({ key: Name });
const InLanguage = z.strictObject({ language: Language });
const Line: z.ZodType<CountedLine> = z
  .object({
    path: z.string().describe('Where it stands in the rule; empty for the whole'),
    kind: z.enum(['all', 'any', 'none', 'condition']),
    sentence: z.string(),
    alone: z.number().int().describe('Of how many this line alone is true'),
    left: z.number().int().nullable().describe('How many are left after it and all above it; null of alternatives'),
    get children() {
      return z.array(Line);
    },
  })
  .meta({ id: 'RuleLine' });
const Lines = z.object({ everyone: z.number().int(), count: z.number().int(), lines: Line });
const Day = z.object({
  day: z.string(),
  entered: z.number().int(),
  left: z.number().int(),
  size: z.number().int().describe('At the end of the day; of today: now'),
});

/** What a rule does to the number of people: line by line, and day by day. */
export function audienceFigureRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/audiences/lines', {
      config: { scope: 'audiences:read' },
      schema: {
        tags,
        summary: 'Count each line of a rule: how many match it alone, how many are left after it',
        description: 'At most 60 lines, at most a minute; who hangs up cancels it.',
        querystring: InLanguage,
        body: UnsavedBody,
        response: { 200: Lines },
      },
      handler: (request, reply) =>
        countLines(ctx, request.body, { language: languageOf(request), signal: withdrawn(reply) }),
    });
    server.get('/api/audiences/:key/lines', {
      config: { scope: 'audiences:read' },
      schema: {
        tags,
        summary: 'The same of an audience',
        params: Key,
        querystring: InLanguage,
        response: { 200: Lines },
      },
      handler: (request, reply) =>
        countLines(ctx, request.params, { language: languageOf(request), signal: withdrawn(reply) }),
    });
    server.get('/api/audiences/:key/history', {
      config: { scope: 'audiences:read' },
      schema: {
        tags,
        summary: 'The size of a live audience day by day since it was published, with who came and who went',
        description: 'Counted back from the members of now; people who were erased since are in no figure.',
        params: Key,
        querystring: z.strictObject({
          days: z.coerce.number().int().min(1).max(DAYS_MAX).default(30),
          zone: z
            .string()
            .max(60)
            .refine(isZone, worded('is no time zone'))
            .default('UTC')
            .describe('Whose days: Europe/Paris'),
        }),
        response: { 200: z.object({ days: z.array(Day) }) },
      },
      handler: async ({ params, query }, reply) => ({
        days: await audienceHistory(ctx, { ...params, ...query, signal: withdrawn(reply) }),
      }),
    });
  };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    // PostgreSQL reads names and UTC; an offset such as +01:00 would be read with its sign turned round.
    return /^[A-Za-z]/.test(zone);
  } catch {
    // The only way to ask whether a zone is known.
    return false;
  }
}
