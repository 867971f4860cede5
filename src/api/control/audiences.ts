import { PassThrough } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ColumnType, Name } from '../../core/data/index.ts';
import type { LanguageCode } from '../../core/kernel/index.ts';
import type { Explanation } from '../../core/rules/index.ts';
import { Rule } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  type AudienceCount,
  type AudienceTarget,
  countAudience,
  explainAudience,
  exportAudience,
  getAudience,
  listAudienceChanges,
  listAudiences,
  listMembers,
  previewAudience,
} from '../../services/audiences/index.ts';
import { Language, languageOf } from '../language.ts';
import { CursorInstant, PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { ProblemDocument, saidProblems } from '../problems.ts';
import { rowsFile } from '../rows-file.ts';
import { withdrawn } from '../withdrawn.ts';
import { audienceFigureRoutes, RuleBody, TextBody, UnsavedBody } from './audience-figures.ts';

const tags = ['audiences'];
const PREVIEW_MAX = 200;

const Key = z.strictObject({ key: Name });
const Count = z.object({
  count: z.number().int(),
  counted_at: z.date(),
  sentence: z.string().describe('The rule in words'),
  sql: z.string().describe('The query, with its values in place'),
  warnings: ProblemDocument.shape.problems.unwrap().describe('Traits and events that nobody has yet'),
  kept: z
    .boolean()
    .describe('True: the members that the engine keeps were counted; false: those of whom the rule is true'),
});
const Audience = z.object({
  key: z.string(),
  name: z.string().nullable(),
  sentence: z.string().nullable().describe('The rule in words; null of a static audience'),
  members: z
    .enum(['live', 'computed', 'saved', 'draft'])
    .describe('live: kept by the engine, to the millisecond; computed: from the rule when asked; saved: by campaigns'),
  published_version: z.number().int().nullable(),
  draft_version: z.number().int().nullable().describe('Null: there is nothing that is not published'),
  why: ProblemDocument.shape.problems.unwrap().describe('Of a computed one: why its rule does not stream'),
  filled: z
    .object({ buckets: z.number().int(), of: z.number().int() })
    .nullable()
    .describe('Of a live one: how many of the buckets have been filled with it'),
});
const Listed = z.object({
  key: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  members: z.enum(['live', 'computed', 'saved', 'draft']),
  published_version: z.number().int().nullable(),
  draft_version: z.number().int().nullable(),
  updated_at: z.date(),
  count: z
    .number()
    .int()
    .nullable()
    .describe('Of stored members as of now, of others as it was counted last; null: never'),
  counted_at: z.date().nullable(),
  current: z
    .boolean()
    .describe(
      'The count is that of now: members that a campaign saved, or that the engine keeps and is up to date with',
    ),
});
const Change = z.object({
  at: z.date(),
  bucket: z.number().int(),
  profile_id: z.number().int(),
  email: z.string().nullable(),
  change: z.enum(['entered', 'left']),
  cause: z.string().describe('event, time, profile, rows, merge or rule'),
});
const Preview = z.object({
  columns: z.array(z.object({ name: z.string(), type: ColumnType })),
  rows: z.array(z.record(z.string(), z.unknown())),
  sql: z.string(),
});
const Member = z.object({
  bucket: z.number().int(),
  profile_id: z.number().int(),
  email: z.string().nullable(),
  traits: z.record(z.string(), z.unknown()),
  since: z.date().nullable().describe('Of an audience that is kept or was saved: since when'),
  columns: z.record(z.string(), z.unknown()).describe('What a campaign stored beside the person'),
});
const LineKind = z.enum(['all', 'any', 'none', 'condition']);
const ExplanationNode: z.ZodType<Explanation> = z
  .object({
    kind: LineKind,
    sentence: z.string(),
    holds: z.boolean(),
    found: z.string().describe('The facts that made it true or false; empty for groups'),
    get children() {
      return z.array(ExplanationNode);
    },
  })
  .meta({ id: 'Explanation' });
const Explained = z.object({
  kind: LineKind,
  sentence: z.string(),
  holds: z.boolean(),
  found: z.string(),
  children: z.array(ExplanationNode),
  profile: z.object({ bucket: z.number().int(), profile_id: z.number().int() }),
  since: z.date().nullable().describe('Of an audience whose members are kept: since when the person is one'),
  turns_at: z
    .date()
    .nullable()
    .describe('When it will be otherwise if nothing happens; null: never by itself, or unknown'),
});
const Columns = z.array(z.string().min(1)).max(100).optional();
const PreviewLimit = z.number().int().min(1).max(PREVIEW_MAX).default(20);
const PreviewBody = z.union([
  RuleBody.extend({ columns: Columns, limit: PreviewLimit }),
  TextBody.extend({ columns: Columns, limit: PreviewLimit }),
]);

/** Audiences as sets: counted, previewed, listed, exported and explained. They are saved as definitions of kind audience. */
export function audienceRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(listRoute(ctx));
    await server.register(unsavedRoutes(ctx));
    await server.register(audienceFigureRoutes(ctx));
    await server.register(savedRoutes(ctx));
    await server.register(liveRoutes(ctx));
    await server.register(exportRoute(ctx));
  };
}

function listRoute(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/audiences', {
      config: { scope: 'audiences:read' },
      schema: {
        tags,
        summary: 'List audiences by key, each with its size as it was counted last',
        querystring: PageQuery,
        response: { 200: pageOf(Listed) },
      },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.string()]), query.after)?.[0];
        const rows = await listAudiences(ctx, { after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.key] });
      },
    });
  };
}

function unsavedRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/audiences/count', {
      config: { scope: 'audiences:read' },
      schema: {
        tags,
        summary: 'Count whom a rule is true of; who hangs up cancels it',
        querystring: z.strictObject({ language: Language }),
        body: UnsavedBody,
        response: { 200: Count },
      },
      handler: async (request, reply) => {
        const options = { language: languageOf(request), signal: withdrawn(reply) };
        return countOf(await countAudience(ctx, request.body, options), options.language);
      },
    });
    server.post('/api/audiences/preview', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Show the first of those whom a rule is true of',
        body: PreviewBody,
        response: { 200: Preview },
      },
      handler: async ({ body }, reply) => {
        const { columns, limit, ...target } = body;
        const preview = await previewAudience(ctx, { target, columns, limit }, withdrawn(reply));
        return { ...preview, columns: [...preview.columns], rows: [...preview.rows] };
      },
    });
    server.post('/api/audiences/explain', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Say why a rule is true or false of one person',
        querystring: z.strictObject({ language: Language }),
        body: z.strictObject({ rule: Rule, profile: z.string().min(1).max(1_000) }),
        response: { 200: Explained },
      },
      handler: (request) => {
        const { rule, profile } = request.body;
        return explained(ctx, { target: { rule }, profile, language: languageOf(request) });
      },
    });
  };
}

async function explained(ctx: Context, input: Parameters<typeof explainAudience>[1]) {
  const explanation = await explainAudience(ctx, input);
  return { ...explanation, children: [...explanation.children] };
}

function countOf(counted: AudienceCount, language: LanguageCode) {
  return { ...counted, warnings: saidProblems(counted.warnings, language) };
}

function savedRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/audiences/:key/count', {
      config: { scope: 'audiences:read' },
      schema: {
        tags,
        summary: 'Count the members of an audience; the count is remembered for lists',
        params: Key,
        querystring: z.strictObject({
          language: Language,
          age_max: z.coerce
            .number()
            .int()
            .min(0)
            .max(3_600)
            .default(0)
            .describe('A count that is not older, in seconds, is answered again'),
        }),
        response: { 200: Count },
      },
      handler: async (request, reply) => {
        const { params, query } = request;
        const options = {
          language: languageOf(request),
          ageMaxMs: query.age_max * 1_000,
          signal: withdrawn(reply),
        };
        return countOf(await countAudience(ctx, params, options), options.language);
      },
    });
    server.get('/api/audiences/:key/members', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List the members of an audience',
        params: Key,
        querystring: PageQuery,
        response: { 200: pageOf(Member) },
      },
      handler: async ({ params, query }) => {
        const cursor = readCursor(z.tuple([z.number().int(), z.number().int()]), query.after);
        const after = cursor && { bucket: cursor[0], profileId: cursor[1] };
        const rows = await listMembers(ctx, { key: params.key, after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.bucket, row.profile_id] });
      },
    });
    server.get('/api/audiences/:key/explain', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Say why one person is in an audience or not',
        params: Key,
        querystring: z.strictObject({
          profile: z.string().min(1).max(1_000).describe('A profile number, an email address, or namespace:value'),
          language: Language,
        }),
        response: { 200: Explained },
      },
      handler: (request) => explained(ctx, { target: request.params, ...request.query, language: languageOf(request) }),
    });
  };
}

function liveRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/audiences/:key', {
      config: { scope: 'audiences:read' },
      schema: {
        tags,
        summary: 'Say what an audience is, and whether it is kept up to date',
        params: Key,
        querystring: z.strictObject({ language: Language }),
        response: { 200: Audience },
      },
      handler: async (request) => {
        const audience = await getAudience(ctx, request.params.key, languageOf(request));
        return { ...audience, why: saidProblems(audience.why, languageOf(request)) };
      },
    });
    server.get('/api/audiences/:key/changes', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List who entered a live audience and who left it, the latest first',
        params: Key,
        querystring: PageQuery,
        response: { 200: pageOf(Change) },
      },
      handler: async ({ params, query }) => {
        const cursor = readCursor(
          z.tuple([CursorInstant, z.number().int(), z.number().int(), z.string()]),
          query.after,
        );
        const [at = 0, bucket = 0, profileId = 0, change = ''] = cursor ?? [];
        const before = cursor && { at, bucket, profileId, change };
        const rows = await listAudienceChanges(ctx, { key: params.key, before, limit: query.limit + 1 });
        return toPage({
          rows,
          limit: query.limit,
          cursor: (row) => [row.at.getTime(), row.bucket, row.profile_id, row.change],
        });
      },
    });
  };
}

function exportRoute(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/audiences/:key/export', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Download the members of an audience',
        params: Key,
        querystring: z.strictObject({
          format: z.enum(['csv', 'ndjson']).default('csv'),
          columns: z.string().optional().describe('Names joined by commas; absent: the address and some traits'),
        }),
        response: { 200: rowsFile },
      },
      handler: async ({ params, query }, reply) => {
        const columns = query.columns?.split(',').filter((name) => name !== '');
        const file = exportStream(ctx, { target: params, format: query.format, columns });
        await file.started;
        return reply
          .type(query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
          .header('content-disposition', `attachment; filename="${params.key}.${query.format}"`)
          .send(file.stream);
      },
    });
  };
}

/** The export as a stream; `started` rejects when it fails before its first byte, so that the answer can still be a problem. */
function exportStream(
  ctx: Context,
  input: { target: AudienceTarget; format: 'csv' | 'ndjson'; columns: string[] | undefined },
): { stream: PassThrough; started: Promise<void> } {
  const stream = new PassThrough();
  const started = new Promise<void>((resolve, reject) => {
    const write = async (text: string) => {
      resolve();
      if (stream.destroyed) throw new Error('The reader went away.');
      if (!stream.write(text)) {
        await new Promise<void>((drained) => {
          stream.once('drain', drained);
          stream.once('close', drained);
        });
      }
    };
    exportAudience(ctx, input, write)
      .then(() => stream.end())
      .catch((error: Error) => {
        stream.destroy(error);
        reject(error);
      })
      .finally(resolve);
  });
  stream.on('error', (error) => ctx.log.warn({ error: error.message }, 'an export ended early'));
  return { stream, started };
}
