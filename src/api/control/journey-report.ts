import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SendState } from '../../core/deliveries/index.ts';
import { VersionState } from '../../core/journeys/index.ts';
import { inLanguage } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { readDocuments } from '../../services/definitions/index.ts';
import {
  exportJourneyRecipients,
  forecastPublishing,
  listJourneyRecipients,
  listJourneyVersions,
  reportJourney,
  shapeOfDocument,
  showShape,
} from '../../services/journeys/index.ts';
import { Language, languageOf } from '../language.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { rowsFile } from '../rows-file.ts';
import { takeYaml } from '../yaml-body.ts';
import { VersionSummary } from './journey-people.ts';
import { Key, StepShape, Version } from './journey-shape.ts';
import { RecipientFilter, RecipientWithFacts } from './recipient.ts';
import { SendSummary } from './sends.ts';

const tags = ['journeys'];

const Shape = z.object({
  key: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  version: z.number().int(),
  state: z.enum(['draft', 'published', 'archived']),
  entry: z.string().describe('How people come in, in words'),
  exits: z.array(z.string()).readonly().describe('What ends it wherever somebody stands, in words'),
  start: z.string(),
  steps: z.array(StepShape).readonly(),
});

const SavedVersion = z.object({
  version: z.number().int(),
  state: z.enum([...VersionState.options, 'draft', 'unused']).describe('unused: it was never put in force'),
  updated_at: z.date(),
  summary: VersionSummary.nullable().describe('What became of it in force'),
});

const Report = z.object({
  key: z.string(),
  version: z.number().int(),
  summary: SendSummary,
  sends: z
    .array(
      z.object({
        send_id: z.number().int(),
        node: z.string(),
        template_key: z.string(),
        template_version: z.number().int(),
        channel_key: z.string(),
        state: SendState,
        reason: z.string().nullable().describe('Why it is paused or stopped'),
        summary: SendSummary,
      }),
    )
    .readonly(),
  days: z.array(z.object({ day: z.string(), entered: z.number().int() })).readonly(),
});

const JourneyRecipient = RecipientWithFacts.omit({ attempts: true }).extend({
  send_id: z.number().int(),
  node: z.string(),
});

const Filter = {
  version: Version,
  node: z.string().max(100).optional().describe('Of one step'),
  ...RecipientFilter,
};

/** How a journey looks, and what became of its messages. */
export function journeyReportRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(shapeRoutes(ctx));
    await server.register(accountRoutes(ctx));
    await server.register(recipientRoutes(ctx));
  };
}

function shapeRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    takeYaml(server);
    server.get('/api/journeys/:key/shape', {
      config: { scope: 'journeys:read' },
      schema: {
        tags,
        summary:
          'Show a saved version as a graph in words, published or not; the draft or else the newest when none is named',
        params: Key,
        querystring: z.strictObject({ version: Version, language: Language }),
        response: { 200: Shape },
      },
      handler: (request) => showShape(ctx, { ...request.params, ...request.query, language: languageOf(request) }),
    });

    server.post('/api/journey-shape', {
      config: { scope: 'journeys:read' },
      schema: {
        tags,
        summary: 'Show the text of a journey as a graph in words, whatever is wrong with it',
        querystring: z.strictObject({ language: Language }),
        consumes: ['application/yaml'],
        body: z.string(),
        response: { 200: Shape.pick({ entry: true, exits: true, start: true, steps: true }) },
      },
      handler: async (request) => shapeOfDocument(readDocuments(request.body)[0]?.value, languageOf(request)),
    });

    server.get('/api/journeys/:key/publishing', {
      config: { scope: 'journeys:read' },
      schema: {
        tags,
        summary: 'Say what publishing the journey as it is saved would do about the audience that it reads',
        params: Key,
        querystring: z.strictObject({ language: Language }),
        response: { 200: z.object({ notes: z.array(z.string()).readonly() }) },
      },
      handler: async (request) => {
        const notes = await forecastPublishing(ctx, request.params.key);
        return { notes: notes.map((note) => inLanguage(note, languageOf(request))) };
      },
    });

    server.get('/api/journeys/:key/versions', {
      config: { scope: 'journeys:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'List the newest versions of a journey, the draft included, each with how it stands',
        params: Key,
        response: { 200: z.object({ items: z.array(SavedVersion).readonly() }) },
      },
      handler: async ({ params }) => ({ items: await listJourneyVersions(ctx, params.key) }),
    });
  };
}

function accountRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/journeys/:key/report', {
      config: { scope: 'journeys:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'Account for the messages of a version, together and step by step',
        params: Key,
        querystring: z.strictObject({ version: Version }),
        response: { 200: Report },
      },
      handler: async ({ params, query }) => {
        const { summary, sends, ...rest } = await reportJourney(ctx, { ...params, ...query });
        const plain = (one: typeof summary) => ({ ...one, links: [...one.links] });
        return {
          ...rest,
          summary: plain(summary),
          sends: sends.map((send) => ({ ...send, summary: plain(send.summary) })),
        };
      },
    });
  };
}

function recipientRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/journeys/:key/recipients', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List who the messages of a version were meant for, with what became of them and why',
        params: Key,
        querystring: PageQuery.extend(Filter),
        response: { 200: pageOf(JourneyRecipient) },
      },
      handler: async ({ params, query }) => {
        const { limit, after: cursor, ...filter } = query;
        const after = readCursor(z.tuple([z.number().int()]), cursor)?.[0];
        const rows = await listJourneyRecipients(ctx, { ...params, ...filter, after, limit: limit + 1 });
        return toPage({ rows, limit, cursor: (row) => [row.message_id] });
      },
    });

    server.get('/api/journeys/:key/recipients/export', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Download who the messages of a version were meant for, with what became of them and why',
        params: Key,
        querystring: z.strictObject({ ...Filter, format: z.enum(['csv', 'ndjson']).default('csv') }),
        response: { 200: rowsFile },
      },
      handler: async ({ params, query }, reply) => {
        const rows = await exportJourneyRecipients(ctx, { ...params, ...query });
        return reply
          .type(query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
          .header('content-disposition', `attachment; filename="${params.key}-recipients.${query.format}"`)
          .send(Readable.from(rows));
      },
    });
  };
}
