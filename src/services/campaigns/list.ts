import type { Context } from '../../platform/context.ts';
import { type DefinitionSummary, listDefinitions } from '../definitions/index.ts';
import type { RunAddress } from './command.ts';
import type { OutletView } from './show.ts';
import {
  findRun,
  type LogRow,
  latestRuns,
  listLog,
  listRunRows,
  listTasks,
  listTransitions,
  type RunRow,
  type TaskRow,
} from './store.ts';

export type CampaignSummary = DefinitionSummary & {
  readonly live_run: RunRow | null;
  readonly test_run: RunRow | null;
};

/** Campaigns by key, each with its newest live and test run. */
export async function listCampaigns(
  ctx: Context,
  page: { readonly after?: string | undefined; readonly archived?: boolean; readonly limit: number },
): Promise<CampaignSummary[]> {
  const summaries = await listDefinitions(ctx, {
    kind: 'campaign',
    archived: page.archived ?? false,
    after: page.after === undefined ? undefined : ['campaign', page.after],
    limit: page.limit,
  });
  const runs = await latestRuns(
    ctx.db,
    summaries.map((summary) => summary.key),
  );
  return summaries.map((summary) => {
    const newest = (mode: RunRow['mode']) =>
      runs.find((run) => run.campaign_key === summary.key && run.mode === mode) ?? null;
    return { ...summary, live_run: newest('live'), test_run: newest('test') };
  });
}

/** Runs, the newest first; of one campaign or of all. */
export function listRuns(
  ctx: Context,
  page: { readonly campaignKey?: string | undefined; readonly before?: number | undefined; readonly limit: number },
): Promise<RunRow[]> {
  return listRunRows(ctx.db, { campaignKey: page.campaignKey, before: page.before, limit: page.limit });
}

/** What happened in a run, in order. */
export async function runLog(
  ctx: Context,
  address: RunAddress & {
    readonly activity?: string | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
  },
): Promise<LogRow[]> {
  const run = await findRun(ctx.db, address.campaignKey, address.runId);
  return listLog(ctx.db, { runId: run.run_id, after: address.after, activity: address.activity, limit: address.limit });
}

/** The tasks of a run in the order of its definition, with the SQL that each one ran. */
export async function runTasks(ctx: Context, address: RunAddress): Promise<TaskRow[]> {
  const run = await findRun(ctx.db, address.campaignKey, address.runId);
  return listTasks(ctx.db, run.run_id);
}

/** The arrows of a run that have rows or had them. */
export async function runTransitions(
  ctx: Context,
  address: RunAddress,
): Promise<(OutletView & { readonly activity: string })[]> {
  const run = await findRun(ctx.db, address.campaignKey, address.runId);
  return (await listTransitions(ctx.db, run.run_id)).map((row) => ({
    activity: row.activity,
    outlet: row.outlet,
    target: row.target,
    row_count: row.row_count,
    dimension: row.dimension,
    columns: row.columns.map(({ name, type }) => ({ name, type })),
    kept: row.table_name !== null,
  }));
}
