import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import { importAudience, readMapping } from '../../services/imports/index.ts';
import { readUpload, UPLOAD_BYTES_MAX } from '../file-upload.ts';
import { Counts } from './imports.ts';

const Options = z.strictObject({
  mode: z
    .enum(['create', 'append', 'replace'])
    .default('create')
    .describe('create: refused when it has members; replace: who is not in the file leaves'),
  column: z.string().max(500).optional().describe('Which one names the people; may be left out when its name says so'),
  namespace: Name.optional().describe('What its values are; its name when absent'),
  create_people: z.stringbool().default(false).describe('Make a profile of an identity that nobody has'),
  map: z
    .string()
    .max(100_000)
    .optional()
    .describe('How the file is written, as in mappings of imports: delimiter, encoding'),
  file_name: z.string().max(1_000).optional().describe('How the file is called, for people; of a raw body'),
});

/** A file of identities into an audience that campaigns and journeys read. */
export function audienceImportRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    // Inside this plugin any other content type is the file itself: it goes to the importer as it arrives.
    server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    server.post('/api/audiences/:key/import', {
      config: { scope: 'audiences:write', patient: true },
      bodyLimit: UPLOAD_BYTES_MAX,
      schema: {
        tags: ['audiences'],
        summary: 'Fill a static audience from a file of identities, as the raw body or as multipart/form-data',
        description:
          'CSV, NDJSON or Parquet, gzip or not. The audience is made if there is none. Lines whose identity nobody has are counted as rejected and listed at /api/imports/{import_id}/rejects. In multipart the fields (the names of the query, and more of them win) come before the file.',
        params: z.strictObject({ key: Name }),
        querystring: Options,
        response: {
          201: z.object({
            import_id: z.number(),
            counts: Counts.describe('inserted: new members; unchanged: lines of those who were'),
            removed: z.number().int().describe('Members who left because the file does not name them'),
            column: z.string(),
            namespace: z.string(),
          }),
        },
      },
      handler: async (request, reply) => {
        const { source, given } = await readUpload(request, reply, {
          name: request.query.file_name,
          schema: Options,
        });
        const { mode, column, namespace, create_people: createPeople, map } = { ...request.query, ...given };
        const mapping = readMapping(map);
        const done = await importAudience(ctx, {
          key: request.params.key,
          source,
          mapping,
          mode,
          column,
          namespace,
          createPeople,
        });
        const { importId, ...report } = done;
        return reply.code(201).send({ import_id: importId, ...report });
      },
    });
  };
}
