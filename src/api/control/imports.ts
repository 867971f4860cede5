import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ColumnType } from '../../core/data/index.ts';
import { AppError, say, worded } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  getImport,
  type ImportReport,
  importFile,
  inspectFile,
  listImports,
  listRejects,
  readMapping,
} from '../../services/imports/index.ts';
import { capped, fileName, readUpload, UPLOAD_BYTES_MAX } from '../file-upload.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

export const Counts = z.object({
  read: z.number(),
  inserted: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  deleted: z.number(),
  rejected: z.number(),
});
const ImportRun = z.object({
  import_id: z.number(),
  target: z.string(),
  file_name: z.string(),
  state: z.enum(['staging', 'merging', 'finished', 'failed']),
  dry_run: z.boolean(),
  counts: Counts.partial(),
  error: z.string().nullable(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
});
const Reject = z.object({ line: z.number(), column_name: z.string(), value: z.string(), reason: z.string() });
const Identity = z.string().regex(/^[a-z][a-z0-9_]*(=[a-z][a-z0-9_-]*)?$/, worded('must be column=namespace'));

const Options = z.strictObject({
  into: z.string().min(1).optional().describe('The key of a table, "profiles" or "events"'),
  map: z.string().max(100_000).optional().describe('The mapping as YAML or JSON'),
  key: z
    .string()
    .optional()
    .describe('Key of a table to be made from the file, or the identity of profiles; comma-separated'),
  identity: Identity.optional().describe('Whose rows they are, for a table to be made: column=namespace'),
  dry_run: z.stringbool().default(false).describe('Count exactly what would happen, and change nothing'),
  max_rejects: z.coerce.number().int().min(0).optional(),
  file_name: z.string().max(1_000).optional().describe('How the file is called, for people; of a raw body'),
});
type Options = z.infer<typeof Options>;
const Becomes = z.object({ as: z.enum(['identity', 'column', 'trait', 'consent', 'nothing']), name: z.string() });
const Inspected = z.object({
  kind: z.enum(['csv', 'ndjson', 'parquet']),
  settings: z.record(z.string(), z.string()).describe('How it is written: delimiter, encoding'),
  columns: z.array(
    z.object({
      name: z.string(),
      type: ColumnType,
      samples: z.array(z.string()),
      becomes: Becomes.describe('A guess; nothing is imported by it'),
    }),
  ),
  key: z.string().nullable().describe('Of rows: the column that tells them apart, a guess'),
  owner: z
    .object({ column: z.string(), namespace: z.string() })
    .nullable()
    .describe('Of rows: whose they are, a guess'),
  exists: z.boolean().describe('False: the table would be made'),
});
const Params = z.strictObject({ import_id: z.coerce.number().int().positive() });

export function importRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    // Inside this plugin any other content type is the file itself: it goes to the importer as it arrives.
    server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    server.post('/api/imports', {
      config: { scope: 'imports:write', patient: true },
      bodyLimit: UPLOAD_BYTES_MAX,
      schema: {
        tags: ['imports'],
        summary: 'Import a file, as the raw body or as multipart/form-data',
        description:
          'CSV, NDJSON or Parquet, gzip or not. In multipart the fields (the names of the query, and more of them win) come before the file. Answers when the import has finished.',
        querystring: Options,
        response: { 201: z.object({ import_id: z.number(), counts: Counts }) },
      },
      handler: async (request, reply) => {
        const { importId, counts } = await importUpload(ctx, request, reply, request.query);
        return reply.code(201).send({ import_id: importId, counts });
      },
    });

    server.post('/api/imports/inspect', {
      config: { scope: 'imports:write', patient: true },
      bodyLimit: UPLOAD_BYTES_MAX,
      schema: {
        tags: ['imports'],
        summary: 'Look at the beginning of a file and guess what its columns become; nothing is stored',
        description: 'Two megabytes are enough, but of Parquet all of it is needed.',
        querystring: z.strictObject({
          into: z.string().min(1).describe('The key of a table, or "profiles"'),
          map: Options.shape.map,
          file_name: Options.shape.file_name,
        }),
        response: { 200: Inspected },
      },
      handler: async ({ body, query }) => {
        if (!(body instanceof Readable)) throw new AppError('invalid', say('Send the file as the body.'));
        const source = { stream: capped(body), name: fileName(query.file_name ?? 'upload') };
        const found = await inspectFile(ctx, { source, target: query.into, mapping: readMapping(query.map) });
        const columns = found.columns.map((column) => ({ ...column, samples: [...column.samples] }));
        return { ...found, columns };
      },
    });

    server.get('/api/imports', {
      config: { scope: 'imports:read', sentences: ['error'] },
      schema: {
        tags: ['imports'],
        summary: 'List imports, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(ImportRun) },
      },
      handler: async ({ query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listImports(ctx, { before, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.import_id] });
      },
    });

    server.get('/api/imports/:import_id', {
      config: { scope: 'imports:read', sentences: ['error'] },
      schema: { tags: ['imports'], summary: 'Show an import', params: Params, response: { 200: ImportRun } },
      handler: async ({ params }) => getImport(ctx, params.import_id),
    });

    server.get('/api/imports/:import_id/rejects', {
      config: { scope: 'imports:read' },
      schema: {
        tags: ['imports'],
        summary: 'List what an import could not take, with line, column, value and reason',
        params: Params,
        querystring: PageQuery,
        response: { 200: pageOf(Reject) },
      },
      handler: async ({ params, query }) => {
        const cursor = readCursor(z.tuple([z.number().int(), z.string()]), query.after);
        const after = cursor && { line: cursor[0], column: cursor[1] };
        const rows = await listRejects(ctx, params.import_id, { after, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.line, row.column_name] });
      },
    });
  };
}

async function importUpload(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  query: Options,
): Promise<ImportReport> {
  const { source, given } = await readUpload(request, reply, { name: query.file_name, schema: Options });
  const options = { ...query, ...given, dry_run: query.dry_run || (given.dry_run ?? false) };
  if (options.into === undefined) throw new AppError('invalid', say('Say what the file goes into: `into`.'));
  const [column = '', namespace = column] = options.identity?.split('=') ?? [];
  return importFile(ctx, {
    source,
    target: options.into,
    mapping: readMapping(options.map),
    key: options.key?.split(',').map((name) => name.trim()),
    identity: options.identity === undefined ? undefined : { column, namespace },
    dryRun: options.dry_run,
    rejectsMax: options.max_rejects,
  });
}
