import type { FastifyContextConfig } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { DEFINITION_KINDS, DefinitionKind } from '../../core/definitions/index.ts';
import { AppError, inLanguage, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  applyDefinitions,
  archiveDefinition,
  type DefinitionRow,
  definitionText,
  deleteDraft,
  etagOf,
  getDefinition,
  listDefinitions,
  listUsers,
  listVersions,
  onlyDocument,
  plainDocument,
  publishDefinition,
  publishedVersion,
  readDocuments,
  type SourceDocument,
  saveDraft,
  validateDefinitions,
} from '../../services/definitions/index.ts';
import { AnyDefinition, DEFINITION_TYPES } from '../any-definition.ts';
import { languageOf } from '../language.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { ProblemDocument, saidProblems } from '../problems.ts';
import { WRITE_SCOPES } from '../scopes.ts';
import { takeYaml } from '../yaml-body.ts';
import { definitionJsonSchema } from './definition-schemas.ts';

const State = z.enum(['draft', 'published', 'archived']);

const DefinitionAnswer = z.object({
  kind: DefinitionKind,
  key: z.string(),
  version: z.number().int(),
  state: State,
  definition: z.record(z.string(), z.unknown()).describe('As it is used, with every default filled in'),
  source: z.record(z.string(), z.unknown()).nullable().describe('As its author wrote it'),
  text: z.string().describe('The same as YAML, with the comments of whoever typed it'),
  created_at: z.date(),
  updated_at: z.date(),
  published_at: z.date().nullable(),
  published_version: z.number().int().nullable().describe('The version in effect; null when none was published'),
  etag: z.string().describe('Send it as If-Match with a change, which is then refused when somebody else was faster'),
});

const Notes = z.array(z.string()).describe('What its author should know, such as why an audience does not stream');
const Address = z.strictObject({ kind: DefinitionKind, key: Name });
/** Who may change one definition: whoever may change those of its kind. */
const CHANGES = {
  scope: 'definitions:write',
  orScope: (params) => {
    const { data } = z.object({ kind: DefinitionKind }).safeParse(params);
    return data && WRITE_SCOPES[data.kind];
  },
} satisfies FastifyContextConfig;
const IfMatch = z.object({ 'if-match': z.string().optional() });
const Documents = z
  .union([AnyDefinition, z.array(AnyDefinition), z.string()])
  .describe('One definition or an array of them, as JSON; or YAML with any number of documents');

function answerOf(row: DefinitionRow, published: number | null): z.infer<typeof DefinitionAnswer> {
  const { body, ...rest } = row;
  const also = { text: definitionText(row), etag: etagOf(row), published_version: published };
  return { ...rest, definition: { ...body }, ...also };
}

function documentsOf(body: z.infer<typeof Documents>): SourceDocument[] {
  if (typeof body === 'string') return readDocuments(body);
  if (!Array.isArray(body)) return [plainDocument(body)];
  return body.map((value, index) => ({
    value,
    place: (problem) => ({ ...problem, path: [index, problem.path].filter((part) => part !== '').join('.') }),
  }));
}

/** Definitions of every kind: drafts, published versions, and the schemas that editors use. */
export function definitionRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    takeYaml(server);
    await server.register(batchRoutes(ctx));
    await server.register(readRoutes(ctx));
    await server.register(changeRoutes(ctx));
    await server.register(endRoutes(ctx));
    await server.register(schemaRoutes);
  };
}

function batchRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/definitions/validate', {
      config: { scope: 'definitions:read' },
      schema: {
        tags: ['definitions'],
        summary: 'Say everything that is wrong with definitions, without saving them',
        consumes: DEFINITION_TYPES,
        body: Documents,
        response: {
          200: z.object({ valid: z.boolean(), problems: ProblemDocument.shape.problems.unwrap() }),
        },
      },
      handler: async (request) => {
        const { body } = request;
        const problems = await validateDefinitions(ctx, typeof body === 'string' ? body : documentsOf(body));
        return { valid: problems.length === 0, problems: saidProblems(problems, languageOf(request)) };
      },
    });

    server.post('/api/definitions/apply', {
      config: { scope: 'definitions:write' },
      schema: {
        tags: ['definitions'],
        summary: 'Save definitions together or not at all; the ones that are already so stay untouched',
        querystring: z.strictObject({
          publish: z.stringbool().default(false).describe('Publish them as well'),
          dry_run: z.stringbool().default(false).describe('Say what would change, and change nothing'),
        }),
        consumes: DEFINITION_TYPES,
        body: Documents,
        response: {
          200: z.object({
            items: z.array(
              z.object({
                kind: DefinitionKind,
                key: z.string(),
                change: z.enum(['created', 'updated', 'published', 'unchanged']),
                state: State,
                version: z.number().int(),
                notes: Notes,
              }),
            ),
          }),
        },
      },
      handler: async (request) => {
        const { body, query } = request;
        const documents = documentsOf(body);
        const applied = await applyDefinitions(ctx, { documents, publish: query.publish, dryRun: query.dry_run });
        const language = languageOf(request);
        return {
          items: applied.map((one) => ({ ...one, notes: one.notes.map((note) => inLanguage(note, language)) })),
        };
      },
    });
  };
}

function readRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/definitions', {
      config: { scope: 'definitions:read' },
      schema: {
        tags: ['definitions'],
        summary: 'List definitions by kind and key',
        querystring: PageQuery.extend({
          kind: DefinitionKind.optional(),
          archived: z.stringbool().default(false).describe('List the archived ones too'),
        }),
        response: {
          200: pageOf(
            z.object({
              kind: DefinitionKind,
              key: z.string(),
              name: z.string().nullable(),
              published_version: z.number().int().nullable(),
              draft_version: z.number().int().nullable(),
              updated_at: z.date(),
            }),
          ),
        },
      },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.string(), z.string()]), query.after);
        const { kind, archived, limit } = query;
        const rows = await listDefinitions(ctx, { kind, archived, after, limit: limit + 1 });
        return toPage({ rows, limit, cursor: (row) => [row.kind, row.key] });
      },
    });

    server.get('/api/definitions/:kind/:key', {
      config: { scope: 'definitions:read' },
      schema: {
        tags: ['definitions'],
        summary: 'Read a definition: the draft if there is one, else what is published',
        params: Address,
        querystring: z.strictObject({
          version: z.coerce.number().int().positive().optional(),
          state: z.enum(['draft', 'published']).optional(),
        }),
        response: { 200: DefinitionAnswer },
      },
      handler: async ({ params, query }, reply) => {
        const row = await getDefinition(ctx, { ...params, ...query });
        return reply.header('etag', etagOf(row)).send(answerOf(row, await publishedVersion(ctx, row)));
      },
    });

    server.get('/api/definitions/:kind/:key/users', {
      config: { scope: 'definitions:read' },
      schema: {
        tags: ['definitions'],
        summary:
          'List the published definitions that refer to a definition: while there are any, it cannot be archived',
        params: Address,
        response: {
          200: z.object({
            items: z.array(z.object({ kind: DefinitionKind, key: z.string(), name: z.string().optional() })),
          }),
        },
      },
      handler: async ({ params }) => ({ items: await listUsers(ctx, params) }),
    });

    server.get('/api/definitions/:kind/:key/versions', {
      config: { scope: 'definitions:read' },
      schema: {
        tags: ['definitions'],
        summary: 'List the versions of a definition, the newest first',
        params: Address,
        querystring: PageQuery,
        response: { 200: pageOf(DefinitionAnswer) },
      },
      handler: async ({ params, query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listVersions(ctx, { ...params, before, limit: query.limit + 1 });
        const page = toPage({ rows, limit: query.limit, cursor: (row) => [row.version] });
        const published = await publishedVersion(ctx, params);
        return { ...page, items: page.items.map((row) => answerOf(row, published)) };
      },
    });
  };
}

function changeRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.put('/api/definitions/:kind/:key', {
      config: CHANGES,
      schema: {
        tags: ['definitions'],
        summary: 'Save the draft of a definition',
        params: Address,
        querystring: z.strictObject({
          version: z.coerce
            .number()
            .int()
            .min(0)
            .optional()
            .describe('The newest version that you have seen, 0 for none; refused when there is another by now'),
        }),
        headers: IfMatch,
        consumes: DEFINITION_TYPES,
        body: z
          .union([AnyDefinition, z.string()])
          .describe('The definition, as JSON or as YAML; kind and key may be left to the address'),
        response: { 200: DefinitionAnswer, 201: DefinitionAnswer },
      },
      handler: async ({ params, query, headers, body }, reply) => {
        const document = typeof body === 'string' ? onlyDocument(body) : plainDocument(body);
        const seen = { etag: headers['if-match'], version: query.version };
        const { row, change } = await saveDraft(ctx, { ...params, document, seen });
        return reply
          .code(change === 'created' ? 201 : 200)
          .header('etag', etagOf(row))
          .send(answerOf(row, await publishedVersion(ctx, row)));
      },
    });

    server.post('/api/definitions/:kind/:key/publish', {
      config: CHANGES,
      schema: {
        tags: ['definitions'],
        summary:
          'Publish the draft of a definition; a published version never changes. A journey that nobody can enter any more needs no draft',
        params: Address,
        headers: IfMatch,
        response: { 200: DefinitionAnswer.extend({ notes: Notes }) },
      },
      handler: async (request) => {
        const { params, headers } = request;
        const { row, notes } = await publishDefinition(ctx, { ...params, seen: { etag: headers['if-match'] } });
        const language = languageOf(request);
        return { ...answerOf(row, row.version), notes: notes.map((note) => inLanguage(note, language)) };
      },
    });
  };
}

function endRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/definitions/:kind/:key/archive', {
      config: CHANGES,
      schema: {
        tags: ['definitions'],
        summary: 'Take a definition out of use; refused while something published refers to it',
        params: Address,
        response: { 204: z.undefined().describe('Archived') },
      },
      handler: async ({ params }, reply) => {
        await archiveDefinition(ctx, params.kind, params.key);
        return reply.code(204).send();
      },
    });

    server.delete('/api/definitions/:kind/:key', {
      config: CHANGES,
      schema: {
        tags: ['definitions'],
        summary: 'Throw the draft of a definition away; what is published stays',
        params: Address,
        headers: IfMatch,
        response: { 204: z.undefined().describe('Deleted') },
      },
      handler: async ({ params, headers }, reply) => {
        await deleteDraft(ctx, { ...params, seen: { etag: headers['if-match'] } });
        return reply.code(204).send();
      },
    });
  };
}

const schemaRoutes: FastifyPluginAsyncZod = async (server) => {
  server.get('/api/schemas/:file', {
    config: { scope: 'public' },
    schema: {
      tags: ['definitions'],
      summary: 'The JSON Schema of a kind of definition, for editors',
      params: z.strictObject({ file: z.string().describe(`${DEFINITION_KINDS.join('.json, ')}.json`) }),
      response: { 200: z.record(z.string(), z.unknown()) },
    },
    handler: async ({ params }) => {
      const kind = DEFINITION_KINDS.find((known) => params.file === `${known}.json`);
      if (!kind) throw new AppError('not_found', say('There is no schema "{file}".', { file: params.file }));
      return definitionJsonSchema(kind);
    },
  });
};
