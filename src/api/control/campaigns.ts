import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { RunState, Schedule } from '../../core/campaigns/index.ts';
import { Name } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  archiveCampaign,
  confirmEmail,
  getCampaign,
  listCampaigns,
  listRuns,
  pauseRun,
  publishCampaign,
  restartRun,
  resumeRun,
  startTestRun,
  stopRun,
  validateCampaign,
} from '../../services/campaigns/index.ts';
import { duplicateDefinition } from '../../services/definitions/index.ts';
import { languageOf } from '../language.ts';
import { PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { ProblemDocument, saidProblems } from '../problems.ts';
import { campaignRunRoutes, Run } from './campaign-runs.ts';
import { campaignShapeRoutes } from './campaign-shape.ts';
import { Account } from './sends.ts';

const tags = ['campaigns'];

const State = z
  .enum(['draft', 'published', ...RunState.options])
  .describe('`draft` until it is published, `published` until it runs live, then as its newest live run');

const Campaign = z.object({
  key: z.string(),
  name: z.string().nullable(),
  schedule: Schedule.nullable().describe('Null: it begins as soon as it is published'),
  state: State,
  published_version: z.number().int().nullable(),
  draft_version: z.number().int().nullable(),
  updated_at: z.date(),
  live_run: Run.nullable(),
  test_run: Run.nullable(),
  account: Account.nullable().describe('Of the newest live run; null when that has sent nothing'),
});

const Key = z.strictObject({ key: Name });
const RunKey = z.strictObject({ key: Name, run_id: z.coerce.number().int().positive() });
const Moved = z.object({ run_id: z.number().int(), state: z.string() });

/** Campaigns: the list, and what can be asked of one. Drafts are written as definitions of kind campaign. */
export function campaignRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(listRoutes(ctx));
    await server.register(campaignShapeRoutes(ctx));
    await server.register(startRoutes(ctx));
    await server.register(commandRoutes(ctx));
    await server.register(campaignRunRoutes(ctx));
  };
}

function listRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/campaigns', {
      config: { scope: 'campaigns:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'List the campaigns with their newest runs',
        querystring: PageQuery.extend({ archived: z.stringbool().default(false), state: State.optional() }),
        response: { 200: pageOf(Campaign) },
      },
      handler: async ({ query }) => {
        const after = readCursor(z.tuple([z.string()]), query.after)?.[0];
        const { archived, state, limit } = query;
        const rows = await listCampaigns(ctx, { after, archived, state, limit: limit + 1 });
        return toPage({ rows, limit, cursor: (row) => [row.key] });
      },
    });

    server.get('/api/campaigns/:key', {
      config: { scope: 'campaigns:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'Say where a campaign stands, with its newest runs',
        params: Key,
        response: { 200: Campaign },
      },
      handler: ({ params }) => getCampaign(ctx, params.key),
    });

    server.get('/api/campaigns/:key/runs', {
      config: { scope: 'campaigns:read', sentences: ['reason'] },
      schema: {
        tags,
        summary: 'List the runs of a campaign, the newest first',
        params: Key,
        querystring: PageQuery,
        response: { 200: pageOf(Run) },
      },
      handler: async ({ params, query }) => {
        const before = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const rows = await listRuns(ctx, { campaignKey: params.key, before, limit: query.limit + 1 });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.run_id] });
      },
    });

    server.post('/api/campaigns/:key/validate', {
      config: { scope: 'campaigns:read' },
      schema: {
        tags,
        summary: 'Say everything that keeps the campaign from being published',
        params: Key,
        response: { 200: z.object({ valid: z.boolean(), problems: ProblemDocument.shape.problems.unwrap() }) },
      },
      handler: async (request) => {
        const problems = await validateCampaign(ctx, request.params.key);
        return { valid: problems.length === 0, problems: saidProblems(problems, languageOf(request)) };
      },
    });
  };
}

function startRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.post('/api/campaigns/:key/test', {
      config: { scope: 'campaigns:write' },
      schema: {
        tags,
        summary: 'Run the draft without consequences: no message leaves, no audience is written',
        params: Key,
        response: { 201: z.object({ run_id: z.number().int() }) },
      },
      handler: async ({ params }, reply) => {
        const { runId } = await startTestRun(ctx, params.key);
        return reply.code(201).send({ run_id: runId });
      },
    });

    server.post('/api/campaigns/:key/publish', {
      config: { scope: 'campaigns:write' },
      schema: {
        tags,
        summary: 'Publish the draft and begin a live run, at once or at its schedule',
        params: Key,
        response: { 201: z.object({ run_id: z.number().int(), version: z.number().int(), starts_at: z.date() }) },
      },
      handler: async ({ params }, reply) => {
        const { runId, version, startsAt } = await publishCampaign(ctx, params.key);
        return reply.code(201).send({ run_id: runId, version, starts_at: new Date(startsAt) });
      },
    });

    server.post('/api/campaigns/:key/duplicate', {
      config: { scope: 'campaigns:write' },
      schema: {
        tags,
        summary: 'Copy a campaign to a draft under another key',
        params: Key,
        body: z.strictObject({ to: Name }),
        response: { 201: z.object({ key: z.string(), version: z.number().int() }) },
      },
      handler: async ({ params, body }, reply) => {
        const { row } = await duplicateDefinition(ctx, { kind: 'campaign', key: params.key, to: body.to });
        return reply.code(201).send({ key: row.key, version: row.version });
      },
    });

    server.post('/api/campaigns/:key/archive', {
      config: { scope: 'campaigns:write' },
      schema: {
        tags,
        summary: 'Hide a campaign; its runs can still be read',
        params: Key,
        response: { 204: z.undefined().describe('Archived') },
      },
      handler: async ({ params }, reply) => {
        await archiveCampaign(ctx, params.key);
        return reply.code(204).send();
      },
    });
  };
}

function commandRoutes(ctx: Context): FastifyPluginAsyncZod {
  const commands = [
    { name: 'pause', summary: 'Let the running activity finish and start no other; sends stand still', verb: pauseRun },
    { name: 'resume', summary: 'Go on, trying failed activities again', verb: resumeRun },
    { name: 'stop', summary: 'End the run for good, with its sends', verb: stopRun },
  ];
  return async (server) => {
    for (const { name, summary, verb } of commands) {
      server.post(`/api/campaigns/:key/runs/:run_id/${name}`, {
        config: { scope: 'campaigns:write' },
        schema: { tags, summary, params: RunKey, response: { 200: Moved } },
        handler: async ({ params }) => {
          const { runId, state } = await verb(ctx, { campaignKey: params.key, runId: params.run_id });
          return { run_id: runId, state };
        },
      });
    }

    server.post('/api/campaigns/:key/runs/:run_id/restart', {
      config: { scope: 'campaigns:write' },
      schema: {
        tags,
        summary: 'Run an activity and everything behind it again',
        params: RunKey,
        body: z.strictObject({ from: Name }),
        response: { 200: Moved },
      },
      handler: async ({ params, body }) => {
        const { runId, state } = await restartRun(ctx, {
          campaignKey: params.key,
          runId: params.run_id,
          from: body.from,
        });
        return { run_id: runId, state };
      },
    });

    server.post('/api/campaigns/:key/runs/:run_id/confirm', {
      config: { scope: 'campaigns:write' },
      schema: {
        tags,
        summary: 'Let the messages of emails go that wait to be confirmed',
        params: RunKey,
        body: z.strictObject({ activity: Name.optional().describe('Absent: every email that waits') }),
        response: { 200: z.object({ run_id: z.number().int(), confirmed: z.array(z.string()) }) },
      },
      handler: async ({ params, body }) => {
        const address = { campaignKey: params.key, runId: params.run_id, activity: body.activity };
        const { runId, confirmed } = await confirmEmail(ctx, address);
        return { run_id: runId, confirmed };
      },
    });
  };
}
