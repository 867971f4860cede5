import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { HoldMode, VersionState } from '../../core/journeys/index.ts';
import { parseDuration, worded } from '../../core/kernel/index.ts';
import { Rule } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { archiveDefinition, duplicateDefinition } from '../../services/definitions/index.ts';
import {
  closeJourney,
  commandMany,
  countHeldPeople,
  listJourneys,
  migratePeople,
  pauseJourney,
  resumeJourney,
  setExperimentWinner,
  startDryRun,
  stopJourney,
} from '../../services/journeys/index.ts';
import { Language, languageOf } from '../language.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { journeyPeopleRoutes, VersionSummary } from './journey-people.ts';
import { journeyReportRoutes } from './journey-report.ts';
import { Key, Version } from './journey-shape.ts';

const tags = ['journeys'];

const Commanded = z.object({ key: z.string(), version: z.number().int(), state: VersionState });
const Rate = z
  .number()
  .int()
  .min(1)
  .max(100_000)
  .optional()
  .describe('People per second that are let go; 5000 when absent');
const Filter = Rule.describe('Who was held and of whom this is not true when their turn comes leaves, as `filtered`');
const Reason = z.string().max(500).optional();

const Journey = z.object({
  key: z.string(),
  name: z.string().nullable(),
  entry: z.string().describe('How people come in, in words'),
  entered_today: z.number().int().describe('Since midnight in UTC, into whatever version'),
  published_version: z.number().int().nullable(),
  draft_version: z.number().int().nullable(),
  updated_at: z.date(),
  versions: z.array(VersionSummary).readonly().describe('Those in which somebody may be'),
});

/** Journeys: the list, and what can be asked of one. They are written and published as definitions of kind journey. */
export function journeyRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/journeys', {
      config: { scope: 'journeys:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'List the journeys with their versions in force',
        querystring: PageQuery.extend({ language: Language }),
        response: { 200: pageOf(Journey) },
      },
      handler: async (request) => {
        const { query } = request;
        const after = readCursor(z.tuple([z.string()]), query.after)?.[0];
        const rows = await listJourneys(ctx, { after, limit: query.limit + 1, language: languageOf(request) });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.key] });
      },
    });
    await server.register(pauseRoutes(ctx));
    await server.register(endingRoutes(ctx));
    await server.register(bulkRoutes(ctx));
    await server.register(versionRoutes(ctx));
    await server.register(journeyPeopleRoutes(ctx));
    await server.register(journeyReportRoutes(ctx));
  };
}

function pauseRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/journeys/:key/pause', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Let nobody enter and nothing leave; waits go on',
        params: Key,
        body: z.strictObject({ version: Version, hold: HoldMode.default('hold'), reason: Reason }).prefault({}),
        response: { 200: Commanded },
      },
      handler: ({ params, body }) => pauseJourney(ctx, { ...params, ...body }),
    });

    server.post('/api/journeys/:key/resume', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Go on after a pause; who was held is let go at a rate',
        params: Key,
        body: z.strictObject({ version: Version, rate: Rate, filter: Filter.optional() }).prefault({}),
        response: { 200: Commanded },
      },
      handler: ({ params, body }) => resumeJourney(ctx, { ...params, ...body }),
    });

    server.post('/api/journeys/:key/resume/count', {
      config: { scope: 'journeys:read' },
      schema: {
        tags,
        summary: 'Count who of those held by a pause would stay and leave if it were resumed with a filter now',
        params: Key,
        body: z.strictObject({ version: Version, filter: Filter }),
        response: {
          200: z.object({
            key: z.string(),
            version: z.number().int(),
            sentence: z.string().describe('The filter in words'),
            held: z.number().int().describe('Instances that the pause holds'),
            staying: z.number().int(),
            leaving: z.number().int(),
          }),
        },
      },
      handler: ({ params, body }) => countHeldPeople(ctx, { ...params, ...body }),
    });
  };
}

function endingRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/journeys/:key/close', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Let nobody enter any more; who is inside goes on to the end',
        params: Key,
        body: z.strictObject({ version: Version }).prefault({}),
        response: { 200: Commanded },
      },
      handler: ({ params, body }) => closeJourney(ctx, { ...params, ...body }),
    });

    server.post('/api/journeys/:key/stop', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'End a version for good, with everybody in it; messages that have not left are excluded',
        params: Key,
        body: z.strictObject({ version: Version, reason: Reason }).prefault({}),
        response: { 200: Commanded.extend({ ended: z.number().int(), excluded: z.number().int() }) },
      },
      handler: ({ params, body }) => stopJourney(ctx, { ...params, ...body }),
    });

    server.post('/api/journeys/:key/archive', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Take a journey out of use',
        params: Key,
        body: z
          .strictObject({
            people: z.enum(['refuse', 'stop']).default('refuse').describe('What to do when people are in it'),
          })
          .prefault({}),
        response: { 204: z.undefined().describe('Archived') },
      },
      handler: async ({ params, body }, reply) => {
        if (body.people === 'stop') {
          const verb = (address: { key: string; version?: number | undefined }) => stopJourney(ctx, address);
          await commandMany(ctx, { keys: [params.key], states: ['live', 'closed', 'paused', 'dry_run'], verb });
        }
        await archiveDefinition(ctx, 'journey', params.key);
        return reply.code(204).send();
      },
    });
  };
}

function bulkRoutes(ctx: Context): FastifyPluginAsyncZod {
  const Keys = z.array(Name).min(1).max(1_000).optional().describe('Absent: all journeys');
  const Many = z.object({
    done: z.array(Commanded).readonly(),
    refused: z.array(z.object({ key: z.string(), version: z.number().int(), message: z.string() })).readonly(),
  });
  return async (server) => {
    server.post('/api/journeys/pause', {
      config: { scope: 'journeys:write', sentences: ['message'] },
      schema: {
        tags,
        summary: 'Pause many journeys',
        body: z.strictObject({ keys: Keys, hold: HoldMode.default('hold'), reason: Reason }),
        response: { 200: Many },
      },
      handler: ({ body: { keys, ...how } }) =>
        commandMany(ctx, {
          keys,
          states: ['live', 'closed'],
          verb: (address) => pauseJourney(ctx, { ...address, ...how }),
        }),
    });

    server.post('/api/journeys/resume', {
      config: { scope: 'journeys:write', sentences: ['message'] },
      schema: {
        tags,
        summary: 'Resume many journeys',
        body: z.strictObject({ keys: Keys, rate: Rate }),
        response: { 200: Many },
      },
      handler: ({ body: { keys, rate } }) =>
        commandMany(ctx, { keys, states: ['paused'], verb: (address) => resumeJourney(ctx, { ...address, rate }) }),
    });
  };
}

function versionRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/journeys/:key/duplicate', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Copy a journey to a draft under another key',
        params: Key,
        body: z.strictObject({ to: Name }),
        response: { 201: z.object({ key: z.string(), version: z.number().int() }) },
      },
      handler: async ({ params, body }, reply) => {
        const { row } = await duplicateDefinition(ctx, { kind: 'journey', key: params.key, to: body.to });
        return reply.code(201).send({ key: row.key, version: row.version });
      },
    });

    server.post('/api/journeys/:key/migrate', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Move people from one version to another by a mapping of steps',
        params: Key,
        body: z.strictObject({
          from: z.number().int().positive(),
          to: z.number().int().positive(),
          mapping: z
            .record(z.string(), z.string())
            .default({})
            .describe('Old step -> new step, or `end`; others keep their name'),
        }),
        response: {
          200: z.object({
            key: z.string(),
            from: z.number().int(),
            to: z.number().int(),
            migrated: z.number().int(),
            stayed: z.record(z.string(), z.number().int()).readonly().describe('Who could not be moved, by reason'),
          }),
        },
      },
      handler: ({ params, body }) => migratePeople(ctx, { ...params, ...body }),
    });

    server.post('/api/journeys/:key/dry-run', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Try the draft on what really happens, without sending, calling or writing anything',
        params: Key,
        body: z
          .strictObject({
            for: z
              .string()
              .refine((text) => (parseDuration(text) ?? 0) > 0, worded('must be a duration such as 2d'))
              .optional()
              .describe('When it ends by itself; 7d when absent'),
          })
          .prefault({}),
        response: { 201: Commanded.extend({ ends_at: z.date() }) },
      },
      handler: async ({ params, body }, reply) => {
        const { endsAt, ...started } = await startDryRun(ctx, { key: params.key, for: body.for });
        return reply.code(201).send({ ...started, ends_at: new Date(endsAt) });
      },
    });

    server.post('/api/journeys/:key/winner', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'End an experiment: everybody takes one branch from now on',
        params: Key,
        body: z.strictObject({
          version: Version,
          node: z.string().max(100),
          branch: z.string().max(100).nullable().describe('Null: the branches are dealt again'),
        }),
        response: {
          200: z.object({
            key: z.string(),
            version: z.number().int(),
            winners: z.record(z.string(), z.string()).readonly(),
          }),
        },
      },
      handler: ({ params, body }) => setExperimentWinner(ctx, { ...params, ...body }),
    });
  };
}
