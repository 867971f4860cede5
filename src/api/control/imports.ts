import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ColumnType } from '../../core/data/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  type FileSource,
  getImport,
  type ImportReport,
  importFile,
  inspectFile,
  listImports,
  listRejects,
  readMapping,
} from '../../services/imports/index.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';

const UPLOAD_BYTES_MAX = 16 * 2 ** 30;
const FILE_NAME_CHARS_MAX = 200;

const Counts = z.object({
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
const Identity = z.string().regex(/^[a-z][a-z0-9_]*(=[a-z][a-z0-9_-]*)?$/, 'must be column=namespace');

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
        const { importId, counts } = await importUpload(ctx, request, request.query);
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
        if (!(body instanceof Readable)) throw new AppError('invalid', 'Send the file as the body.');
        const source = { stream: capped(body), name: fileName(query.file_name ?? 'upload') };
        const found = await inspectFile(ctx, { source, target: query.into, mapping: readMapping(query.map) });
        const columns = found.columns.map((column) => ({ ...column, samples: [...column.samples] }));
        return { ...found, columns };
      },
    });

    server.get('/api/imports', {
      config: { scope: 'imports:read' },
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
      config: { scope: 'imports:read' },
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

async function importUpload(ctx: Context, request: FastifyRequest, query: Options): Promise<ImportReport> {
  const { source, options } = await readUpload(request, query);
  if (options.into === undefined) throw new AppError('invalid', 'Say what the file goes into: `into`.');
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

async function readUpload(request: FastifyRequest, query: Options): Promise<{ source: FileSource; options: Options }> {
  if (!request.isMultipart()) {
    if (!(request.body instanceof Readable)) throw new AppError('invalid', 'Send the file as the body.');
    const name = fileName(query.file_name ?? 'upload');
    return { source: { stream: capped(request.body), name }, options: query };
  }
  const fields: Record<string, unknown> = {};
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const parsed = Options.safeParse(fields);
      if (!parsed.success) {
        part.file.resume();
        throw new AppError('invalid', `The fields are not valid: ${z.prettifyError(parsed.error)}`);
      }
      const { file } = part;
      const options = { ...query, ...parsed.data, dry_run: query.dry_run || parsed.data.dry_run };
      return { source: { stream: capped(file, () => file.truncated), name: fileName(part.filename) }, options };
    }
    fields[part.fieldname] = part.value;
  }
  throw new AppError('invalid', 'The request holds no file; the file is the last part.');
}

/** The stream with an end that is an error when not all of the file came through. */
function capped(stream: Readable, truncated: () => boolean = () => false): Readable {
  async function* content() {
    let bytes = 0;
    try {
      // Destroyed, a body of which something is left would hold up its connection, on which the next request waits.
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > UPLOAD_BYTES_MAX) break;
        yield chunk;
      }
    } finally {
      stream.resume();
    }
    if (bytes > UPLOAD_BYTES_MAX || truncated()) {
      throw new AppError('too_large', `A file may have ${UPLOAD_BYTES_MAX} bytes at most.`);
    }
  }
  return Readable.from(content());
}

/** The name is for people only; it is never a path. */
function fileName(given: string): string {
  const name = basename(given.replaceAll('\\', '/'))
    .replace(/\p{Cc}/gu, '')
    .slice(0, FILE_NAME_CHARS_MAX);
  return name === '' || name === '.' || name === '..' ? 'upload' : name;
}
