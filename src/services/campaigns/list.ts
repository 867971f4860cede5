import type { Account } from '../../core/deliveries/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { accountsOfRuns } from '../deliveries/index.ts';
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
import { type CampaignRow, type CampaignState, selectCampaigns } from './store-list.ts';

export type CampaignSummary = CampaignRow & {
  readonly live_run: RunRow | null;
  readonly test_run: RunRow | null;
  /** What became of the messages of the newest live run; null when it has sent nothing. */
  readonly account: Account | null;
};

type CampaignPage = {
  readonly state?: CampaignState | undefined;
  readonly after?: string | undefined;
  readonly archived?: boolean;
  readonly limit: number;
};

/** Campaigns by key, each with its newest live and test run. */
export async function listCampaigns(ctx: Context, page: CampaignPage): Promise<CampaignSummary[]> {
  const { state, after, limit, archived = false } = page;
  return withRuns(ctx, await selectCampaigns(ctx.db, { state, after, limit, archived }));
}

/** One campaign, archived or not. @throws AppError `not_found`. */
export async function getCampaign(ctx: Context, key: string): Promise<CampaignSummary> {
  const rows = await selectCampaigns(ctx.db, { key, archived: true, after: undefined, limit: 1 });
  const [campaign] = await withRuns(ctx, rows);
  if (!campaign) throw notFound('campaign', key);
  return campaign;
}

async function withRuns(ctx: Context, campaigns: readonly CampaignRow[]): Promise<CampaignSummary[]> {
  const runs = await latestRuns(
    ctx.db,
    campaigns.map(({ key }) => key),
  );
  const live = runs.filter(({ mode }) => mode === 'live').map(({ run_id }) => run_id);
  const accounts = await accountsOfRuns(ctx.db, live);
  return campaigns.map((campaign) => {
    const newest = (mode: RunRow['mode']) =>
      runs.find((run) => run.campaign_key === campaign.key && run.mode === mode) ?? null;
    const run = newest('live');
    return {
      ...campaign,
      live_run: run,
      test_run: newest('test'),
      account: run ? (accounts.get(run.run_id) ?? null) : null,
    };
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
