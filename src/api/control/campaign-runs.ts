import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ACTIVITY_TYPES, RunMode, RunState, sayLogLine, TaskState } from '../../core/campaigns/index.ts';
import { ColumnType, Name } from '../../core/data/index.ts';
import { SendState } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  exportTransition,
  runLog,
  runRecipients,
  runTasks,
  runTransitions,
  showRun,
  transitionRows,
} from '../../services/campaigns/index.ts';
import { languageOf } from '../language.ts';
import { encodeCursor, PageQuery, pageOf, readCursor, toPage } from '../pagination.ts';
import { rowsFile } from '../rows-file.ts';
import { Recipient, RecipientFilter } from './recipient.ts';

const tags = ['campaigns'];
const readable = { scope: 'campaigns:read' } as const;
/** Rows and recipients are single people. */
const personal = { scope: 'profiles:read' } as const;

export const Run = z.object({
  run_id: z.number().int(),
  campaign_key: z.string(),
  version: z.number().int(),
  mode: RunMode,
  state: RunState,
  reason: z.string().nullable(),
  starts_at: z.date(),
  created_at: z.date(),
  updated_at: z.date(),
  finished_at: z.date().nullable(),
});

const Column = z.object({ name: z.string(), type: ColumnType });
const Outlet = z.object({
  outlet: z.string(),
  target: z.string().nullable(),
  row_count: z.number().int().nullable().describe('Null until the activity has run'),
  dimension: z.string().nullable(),
  columns: z.array(Column).nullable(),
  kept: z.boolean().describe('The rows can be read'),
});
const Activity = z.object({
  activity: z.string(),
  type: z.enum(ACTIVITY_TYPES as [string, ...string[]]),
  label: z.string().nullable(),
  state: z.enum([...TaskState.options, 'running']),
  attempt: z.number().int(),
  due_at: z.date().nullable(),
  started_at: z.date().nullable(),
  finished_at: z.date().nullable(),
  error: z.string().nullable(),
  send_id: z.number().int().nullable(),
  outlets: z.array(Outlet),
});
const Task = Activity.omit({ type: true, label: true, outlets: true }).extend({
  state: TaskState,
  statements: z.array(z.string()).describe('The SQL that it ran'),
});
const Reasons = z.record(z.string(), z.number().int());
const People = z.object({ human: z.number().int(), machine: z.number().int() });
export const RunSummary = z
  .object({
    targeted: z.number().int(),
    excluded: z.number().int(),
    queued: z.number().int().describe('Those that wait to be confirmed included'),
    sending: z.number().int(),
    sent: z.number().int(),
    failed: z.number().int(),
    uncertain: z.number().int(),
    excluded_by: Reasons,
    failed_by: Reasons,
    uncertain_by: Reasons,
    opened: People,
    clicked: People,
    unsubscribed: z.number().int(),
    links: z.array(People.extend({ url: z.string() })),
  })
  .describe('targeted = excluded + queued + sending + sent + failed + uncertain, at any moment');
const Send = z.object({
  send_id: z.number().int(),
  activity: z.string(),
  state: SendState,
  reason: z.string().nullable().describe('Why it is paused or stopped'),
  paused_with_run: z.boolean().describe('It stands still because its run does, and goes on with it'),
  summary: RunSummary,
});
const LogLine = z.object({
  log_id: z.number().int(),
  at: z.date(),
  level: z.enum(['info', 'warning', 'error']),
  activity: z.string().nullable(),
  message: z.string(),
});
const RunKey = z.strictObject({ key: Name, run_id: z.coerce.number().int().positive() });
const OutletKey = RunKey.extend({ activity: Name, outlet: Name });
const SendKey = RunKey.extend({ send_id: z.coerce.number().int().positive() });

/** What a run did and has: its tree with counts, log, tasks, the rows on its arrows and the recipients of its sends. */
export function campaignRunRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    await server.register(runRoutes(ctx));
    await server.register(rowRoutes(ctx));
  };
}

const addressOf = (params: z.infer<typeof RunKey>) => ({ campaignKey: params.key, runId: params.run_id });

function runRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/campaigns/:key/runs/:run_id', {
      config: { ...readable, sentences: ['reason', 'error'] },
      schema: {
        tags,
        summary: 'Show a run: every activity, the count on every arrow, and what became of its messages',
        params: RunKey,
        response: {
          200: Run.extend({ name: z.string().nullable(), activities: z.array(Activity), sends: z.array(Send) }),
        },
      },
      handler: async ({ params }) => showRun(ctx, addressOf(params)) as never,
    });

    server.get('/api/campaigns/:key/runs/:run_id/log', {
      config: readable,
      schema: {
        tags,
        summary: 'What happened in a run, in order',
        params: RunKey,
        querystring: PageQuery.extend({ activity: Name.optional() }),
        response: { 200: pageOf(LogLine) },
      },
      handler: async (request) => {
        const { params, query } = request;
        const language = languageOf(request);
        const after = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const page = { activity: query.activity, after, limit: query.limit + 1 };
        const rows = await runLog(ctx, { ...addressOf(params), ...page });
        const said = rows.map((row) => ({ ...row, message: sayLogLine(row.message, language) }));
        return toPage({ rows: said, limit: query.limit, cursor: (row) => [row.log_id] });
      },
    });

    server.get('/api/campaigns/:key/runs/:run_id/tasks', {
      config: { ...readable, sentences: ['error'] },
      schema: {
        tags,
        summary: 'The tasks of a run with the SQL that each ran',
        params: RunKey,
        response: { 200: z.object({ items: z.array(Task) }) },
      },
      handler: async ({ params }) => ({ items: (await runTasks(ctx, addressOf(params))) as never }),
    });

    server.get('/api/campaigns/:key/runs/:run_id/sends/:send_id/recipients', {
      config: personal,
      schema: {
        tags,
        summary: 'One row per person that an email was meant for, with what became of the message and why',
        params: SendKey,
        querystring: PageQuery.extend(RecipientFilter),
        response: { 200: pageOf(Recipient) },
      },
      handler: async ({ params, query }) => {
        const after = readCursor(z.tuple([z.number().int()]), query.after)?.[0];
        const filter = {
          sendId: params.send_id,
          state: query.state,
          reason: query.reason,
          after,
          limit: query.limit + 1,
        };
        const rows = await runRecipients(ctx, { ...addressOf(params), ...filter });
        return toPage({ rows, limit: query.limit, cursor: (row) => [row.message_id] });
      },
    });
  };
}

function rowRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/api/campaigns/:key/runs/:run_id/transitions', {
      config: readable,
      schema: {
        tags,
        summary: 'The arrows of a run that have rows or had them, with counts and columns',
        params: RunKey,
        response: { 200: z.object({ items: z.array(Outlet.extend({ activity: z.string() })) }) },
      },
      handler: async ({ params }) => ({ items: (await runTransitions(ctx, addressOf(params))) as never }),
    });

    server.get('/api/campaigns/:key/runs/:run_id/transitions/:activity/:outlet/rows', {
      config: personal,
      schema: {
        tags,
        summary: 'A page of the rows on an arrow',
        params: OutletKey,
        querystring: PageQuery,
        response: {
          200: pageOf(z.record(z.string(), z.unknown())).extend({
            dimension: z.string(),
            row_count: z.number().int(),
            columns: z.array(Column),
            people: z
              .array(
                z.object({ profile_id: z.number().int(), name: z.string().nullable(), email: z.string().nullable() }),
              )
              .describe('Who the people of these rows are'),
          }),
        },
      },
      handler: async ({ params, query }) => {
        const place = z.tuple([z.string().regex(/^\(\d{1,10},\d{1,5}\)$/)]);
        const after = readCursor(place, query.after)?.[0];
        const { activity, outlet } = params;
        const page = await transitionRows(ctx, { ...addressOf(params), activity, outlet, after, limit: query.limit });
        const { rows, next, columns, people, ...rest } = page;
        return {
          ...rest,
          columns: [...columns],
          people: [...people],
          items: [...rows],
          next: next === null ? null : encodeCursor([next]),
        };
      },
    });

    server.get('/api/campaigns/:key/runs/:run_id/transitions/:activity/:outlet/export', {
      config: personal,
      schema: {
        tags,
        summary: 'All rows on an arrow, as CSV or NDJSON',
        params: OutletKey,
        querystring: z.strictObject({ format: z.enum(['csv', 'ndjson']).default('csv') }),
        response: { 200: rowsFile },
      },
      handler: async ({ params, query }, reply) => {
        const { activity, outlet } = params;
        const text = await exportTransition(ctx, { ...addressOf(params), activity, outlet, format: query.format });
        const type = query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
        return reply.type(type).send(Readable.from(text));
      },
    });
  };
}
