import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Name } from '../../core/data/index.ts';
import { TestPlan } from '../../core/journeys/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  enterTest,
  fireTestEvent,
  listTests,
  showTest,
  startJourneyTest,
  stopTest,
  TEST_PEOPLE_MAX,
} from '../../services/journey-tests/index.ts';
import { Language, languageOf } from '../language.ts';
import { StepCounts } from './journey-people.ts';
import { Key } from './journey-shape.ts';

const tags = ['journeys'];

const Summary = z.object({
  journey: z.string(),
  number: z.number().int().describe('Counts the tests of the journey'),
  version: z.number().int().describe('The version of the definition that is tested'),
  state: z.enum(['running', 'stopped', 'over']),
  started_at: z.date(),
  ends_at: z.date().nullable().describe('When it ends unless something is asked of it before'),
  finished_at: z.date().nullable(),
  wait_ms: z.number().int(),
  messages: TestPlan.shape.messages,
  channel: z.string().nullable(),
  address: z.string().nullable(),
  branches: z.record(z.string(), z.string()).readonly(),
  people: z.number().int(),
});

const Data = z.record(z.string(), z.unknown()).readonly();
const Instance = z.object({
  profile_id: z.number().int(),
  instance_id: z.number().int(),
  instance_key: z.string(),
  state: z.enum(['active', 'held', 'ended']),
  entered_at: z.date(),
  ended_at: z.date().nullable(),
  end_reason: z.string().nullable(),
  standing: z
    .array(z.object({ node: z.string(), awaits: z.string(), due_at: z.date().nullable() }))
    .readonly()
    .describe('Where it stands, what it waits for there, and until when at most'),
  entry: Data,
  results: Data.describe('Answers of calls, rows and events, by step'),
  log: z
    .array(
      z.object({
        at: z.date(),
        step_no: z.number().int(),
        node: z.string(),
        what: z.enum(['entered', 'left', 'ended']),
        outlet: z.string().nullable(),
        detail: Data.nullable(),
        words: z.string(),
      }),
    )
    .readonly()
    .describe('Every passage in order, with its reason or error'),
  messages: z
    .array(
      z.object({
        id: z.string(),
        node: z.string(),
        state: z.string(),
        reason: z.string().nullable(),
        address: z.string().nullable(),
        template_key: z.string(),
        channel_key: z.string(),
        mailbox: z.string().nullable().describe("Its id in the sandbox's mailbox, if it is there"),
      }),
    )
    .readonly(),
});

const View = Summary.extend({
  entered: z.number().int(),
  refused_by: z.record(z.string(), z.number().int()).readonly(),
  nodes: z.array(StepCounts).readonly(),
  ended_by: z.record(z.string(), z.number().int()).readonly(),
  events: z.array(z.string()).readonly().describe('The events that the version itself names'),
  who: z
    .array(
      z.object({
        profile_id: z.number().int(),
        email: z.string().nullable(),
        identities: z.record(z.string(), z.array(z.string())).readonly(),
      }),
    )
    .readonly(),
  instances: z.array(Instance).readonly().describe('The newest first, 200 at most'),
});

const Person = z.string().min(1).max(600);
const People = z
  .array(Person)
  .min(1)
  .max(TEST_PEOPLE_MAX)
  .describe('Profile numbers, email addresses or `namespace:value`');
const Some = { people: People.optional().describe('Of the people of the test; absent: all of them') };
const Json = z.record(z.string().max(200), z.json()).default({});
const Params = Key.extend({ number: z.coerce.number().int().positive() });
const Fired = z.object({ number: z.number().int(), people: z.number().int() });

const StartBody = z.strictObject({
  version: z.number().int().positive().optional().describe('Absent: the draft, or the newest that is published'),
  people: People,
  wait: z.string().max(50).default('10s').describe('Nobody waits longer anywhere'),
  idle: z.string().max(50).default('1h').describe('It ends when nothing was asked of it for so long; 7d at most'),
  messages: TestPlan.shape.messages
    .default('sandbox')
    .describe('Where messages go; `person` takes people whose trait `test_profile` is true'),
  address: z.string().max(320).optional().describe('With `messages: address`'),
  channel: Name.optional().describe('By which messages leave instead of those of the steps'),
  branches: z.record(z.string(), z.string()).default({}).describe('Step -> branch that everybody takes'),
});

/** Tests of journeys: a version run for real with a few named people, apart from everything else. */
export function journeyTestRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/journeys/:key/tests', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Begin to run a journey for real with a few people, apart from all others',
        params: Key,
        body: StartBody,
        response: { 201: Summary },
      },
      handler: async ({ params, body }, reply) =>
        reply.code(201).send(await startJourneyTest(ctx, { key: params.key, ...body })),
    });

    server.get('/api/journeys/:key/tests', {
      config: { scope: 'journeys:read' },
      schema: {
        tags,
        summary: 'The tests of a journey, the newest first, 100 at most',
        params: Key,
        response: { 200: z.object({ items: z.array(Summary).readonly() }) },
      },
      handler: async ({ params }) => ({ items: await listTests(ctx, params.key) }),
    });
    await server.register(runningRoutes(ctx));
  };
}

function runningRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/journeys/:key/tests/:number', {
      config: { scope: 'profiles:read' },
      schema: {
        tags,
        summary: 'A test as it stands: its counters, its people, and what happened to each',
        params: Params,
        querystring: z.strictObject({ language: Language }),
        response: { 200: View },
      },
      handler: (request) => showTest(ctx, { ...request.params, language: languageOf(request) }),
    });

    server.post('/api/journeys/:key/tests/:number/events', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Have an event happen to people of a test; no other journey hears of it',
        params: Params,
        body: z.strictObject({ ...Some, event: z.string().min(1).max(200), properties: Json, traits: Json }),
        response: { 202: Fired },
      },
      handler: async ({ params, body }, reply) =>
        reply.code(202).send(await fireTestEvent(ctx, { ...params, ...body })),
    });

    server.post('/api/journeys/:key/tests/:number/enter', {
      config: { scope: 'journeys:write' },
      schema: {
        tags,
        summary: 'Let people of a test in, whatever else would',
        params: Params,
        body: z.strictObject({ ...Some, data: Json, instance_key: z.string().max(200).optional() }),
        response: { 202: Fired },
      },
      handler: async ({ params, body: { instance_key: instanceKey, ...body } }, reply) =>
        reply.code(202).send(await enterTest(ctx, { ...params, ...body, instanceKey })),
    });

    server.post('/api/journeys/:key/tests/:number/stop', {
      config: { scope: 'journeys:write' },
      schema: { tags, summary: 'End a test with everybody in it', params: Params, response: { 200: Summary } },
      handler: ({ params }) => stopTest(ctx, params),
    });
  };
}
