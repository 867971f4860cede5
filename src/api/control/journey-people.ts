import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { HoldMode, VersionState } from '../../core/journeys/index.ts';
import type { JsonObject } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  enterJourney,
  listPeople,
  listReads,
  showJourney,
  tracePerson,
  triggerBusinessEvent,
} from '../../services/journeys/index.ts';
import { findPerson } from '../../services/profiles/index.ts';
import { Language, languageOf } from '../language.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { Key, StepShape, Version } from './journey-shape.ts';

const tags = ['journeys'];
const PEOPLE_MAX = 1_000;

export const VersionSummary = z.object({
  version: z.number().int(),
  state: VersionState,
  hold: HoldMode.nullable(),
  started_at: z.date(),
  closed_at: z.date().nullable(),
  ends_at: z.date().nullable(),
  finished_at: z.date().nullable(),
  reason: z.string().nullable(),
  next_read_at: z.date().nullable(),
  entered: z.number().int(),
  inside: z.number().int(),
  ended: z.number().int(),
  moved: z.number().int().describe('To another version, where they are counted as entered'),
  refused: z.number().int(),
});

const Counts = z.record(z.string(), z.number().int()).readonly();
/** A step with its counters. */
export const StepCounts = StepShape.extend({
  waiting: z.number().int(),
  entered: z.number().int(),
  left: Counts.describe('By outlet'),
  ended: z.number().int(),
  ended_by: Counts.describe('By why, where there is a reason'),
});
const View = VersionSummary.extend({
  key: z.string(),
  name: z.string().nullable(),
  entry: z.string().describe('How people come in, in words'),
  exits: z.array(z.string()).readonly().describe('What ends it wherever somebody stands, in words'),
  start: z.string(),
  winners: z.record(z.string(), z.string()).readonly(),
  ended_by: Counts,
  endings: z.record(z.string(), z.string()).readonly().describe('What the reasons of endings mean, in words'),
  refused_by: Counts,
  nodes: z.array(StepCounts).readonly(),
});

const Data = z.record(z.string().max(200), z.json()).default({});
const Person = z.strictObject({
  namespace: Name,
  value: z.string().min(1).max(500),
  instance_key: z.string().max(200).optional().describe('Tells several instances of one person apart'),
  data: Data.describe('What the journey knows as its entry'),
});

const Standing = z.object({
  bucket: z.number().int(),
  profile_id: z.number().int(),
  instance_id: z.number().int(),
  instance_key: z.string(),
  state: z.enum(['active', 'held']),
  email: z.string().nullable(),
  identities: z.record(z.string(), z.array(z.string())).readonly(),
  entered_at: z.date(),
  since: z.date().describe('At the step, or in the journey'),
  wake_at: z.date().nullable(),
});

const Trace = z.object({
  instance_id: z.number().int(),
  version: z.number().int(),
  instance_key: z.string(),
  state: z.enum(['active', 'held', 'ended']),
  dry_run: z.boolean(),
  entered_at: z.date(),
  ended_at: z.date().nullable(),
  end_reason: z.string().nullable(),
  wake_at: z.date().nullable(),
  steps: z
    .array(
      z.object({
        at: z.date(),
        step_no: z.number().int(),
        version: z.number().int(),
        node: z.string(),
        what: z.enum(['entered', 'left', 'ended']),
        outlet: z.string().nullable(),
        detail: z.record(z.string(), z.unknown()).nullable(),
        words: z.string(),
      }),
    )
    .readonly(),
});

const Read = z.object({
  read_id: z.number().int(),
  version: z.number().int(),
  occurrence: z.string(),
  by: z.enum(['audience', 'business-event']),
  audience_key: z.string(),
  state: z.enum(['due', 'reading', 'done', 'cancelled', 'failed']),
  due_at: z.date(),
  people: z.number().int().nullable(),
  entered: z.number().int(),
  rate: z.number().int(),
  error: z.string().nullable(),
  finished_at: z.date().nullable(),
});

/** Who is in a journey, and what happened to them; letting people in. */
export function journeyPeopleRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(enteringRoutes(ctx));
    await server.register(readingRoutes(ctx));
  };
}

function enteringRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/journeys/:key/enter', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Let people in; one answer per person, in order',
        params: Key,
        body: z.strictObject({
          people: z.array(Person).min(1).max(PEOPLE_MAX),
          force: z.boolean().default(false).describe('Who is still inside begins anew'),
        }),
        response: {
          202: z.object({
            accepted: z.number().int(),
            people: z.array(
              z.object({
                namespace: z.string(),
                value: z.string(),
                status: z
                  .enum(['accepted', 'unknown', 'invalid'])
                  .describe('accepted: the rules of entry decide, at once. unknown: nobody has this identity'),
              }),
            ),
          }),
        },
      },
      handler: async ({ params, body }, reply) => {
        const people = body.people.map(({ instance_key, data, ...identity }) => ({
          ...identity,
          instanceKey: instance_key,
          data: data as JsonObject,
        }));
        const answers = await enterJourney(ctx, { key: params.key, people, force: body.force });
        const accepted = answers.filter(({ status }) => status === 'accepted').length;
        return reply.code(202).send({ accepted, people: answers });
      },
    });

    server.post('/api/business-events', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary:
          'Say that something happened that is about no single person: journeys that wait for it read their audiences',
        body: z.strictObject({
          name: z.string().min(1).max(200),
          id: z.string().min(1).max(200).optional().describe('The same id is the same event, however often it is sent'),
          properties: Data,
        }),
        response: {
          202: z.object({
            id: z.string(),
            journeys: z
              .array(
                z.object({
                  key: z.string(),
                  version: z.number().int(),
                  audience: z.string(),
                  started: z.boolean().describe('False: this event has started it before'),
                }),
              )
              .readonly(),
          }),
        },
      },
      handler: async ({ body }, reply) => {
        const { name, id, properties } = body;
        return reply
          .code(202)
          .send(await triggerBusinessEvent(ctx, { name, id, properties: properties as JsonObject }));
      },
    });
  };
}

function readingRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/journeys/:key', {
      config: { scope: 'journeys:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'Show a version with the counters of every step',
        params: Key,
        querystring: z.strictObject({
          version: Version,
          language: Language,
          exact: z.stringbool().default(false).describe('Count who stands where, instead of reading the counters'),
        }),
        response: { 200: View },
      },
      handler: (request) => showJourney(ctx, { ...request.params, ...request.query, language: languageOf(request) }),
    });

    server.get('/api/journeys/:key/people', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'List who is in a version now, at one step or anywhere',
        params: Key,
        querystring: PageQuery.extend({ version: Version, node: z.string().max(100).optional() }),
        response: { 200: pageOf(Standing) },
      },
      handler: async ({ params, query }) => {
        const after = readCursor(z.tuple([z.number().int(), z.number().int()]), query.after);
        const { version, node, limit } = query;
        const rows = await listPeople(ctx, { ...params, version, node, after, limit: limit + 1 });
        return toPage({ rows, limit, cursor: (row) => [row.bucket, row.instance_id] });
      },
    });

    server.get('/api/journeys/:key/people/:namespace/:value', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'Tell what one person went through, step by step and in words',
        params: Key.extend({ namespace: Name, value: z.string().min(1).max(500) }),
        querystring: z.strictObject({
          instance_id: z.coerce.number().int().positive().optional(),
          language: Language,
        }),
        response: { 200: z.object({ instances: z.array(Trace) }) },
      },
      handler: async (request) => {
        const { key, namespace, value } = request.params;
        const place = await findPerson(ctx.db, `${namespace}:${value}`);
        const { instance_id: instanceId } = request.query;
        return { instances: await tracePerson(ctx, { ...place, key, instanceId, language: languageOf(request) }) };
      },
    });

    server.get('/api/journeys/:key/reads', {
      config: { scope: 'journeys:read', sentences: ['error'] },
      schema: {
        tags,
        summary: 'List the readings of its audience, the newest first',
        params: Key,
        querystring: PageQuery,
        response: { 200: pageOf(Read) },
      },
      handler: async ({ params, query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listReads(ctx, { key: params.key, before, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.read_id] });
      },
    });
  };
}
