import { type DealView, dealsOfCampaign, type Proportion, tellDeal } from '../../core/comparisons/index.ts';
import type { DurationMs } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { sendSummaries } from '../deliveries/index.ts';
import type { RunAddress } from './command.ts';
import { findRun, listTasks, listTransitions, type TransitionRow } from './store.ts';
import { countGoals } from './store-goal.ts';
import { sendsOfRun } from './store-send.ts';

/** What those who were dealt are asked for: this event within so long after. */
export type Goal = { readonly event: string; readonly withinMs: DurationMs };

export type RunDeal = DealView & {
  /** When people were dealt; null before. */
  readonly at: Date | null;
  /** When the time for the goal is over; null where there is none. */
  readonly until: Date | null;
  /** The goal was asked for, but the rows that say who was dealt are not kept any more. */
  readonly purged: boolean;
};

/**
 * Compares what became of those whom a run dealt by lot, split by split; with `goal`, how many of them reached it, counted now.
 * @throws AppError `not_found`.
 */
export async function compareRun(
  ctx: Context,
  { goal, ...address }: RunAddress & { readonly goal?: Goal | undefined },
): Promise<readonly RunDeal[]> {
  const run = await findRun(ctx.db, address.campaignKey, address.runId);
  const deals = dealsOfCampaign(run.body);
  if (deals.length === 0) return [];
  const transitions = await listTransitions(ctx.db, run.run_id);
  const tasks = await listTasks(ctx.db, run.run_id);
  const sends = await sendsOfRun(ctx.db, run.run_id);
  const found = await sendSummaries(
    ctx.db,
    sends.map(({ send_id }) => send_id),
  );
  const summaries = sends.flatMap(({ activity, send_id }) => {
    const summary = found.get(send_id);
    return summary ? [{ email: activity, summary }] : [];
  });
  const views: RunDeal[] = [];
  for (const deal of deals) {
    const arrows = transitions.filter(({ activity }) => activity === deal.node);
    const at = tasks.find(({ activity }) => activity === deal.node)?.finished_at ?? null;
    const dealt = new Map(arrows.map(({ outlet, row_count }) => [outlet, row_count]));
    const purged = goal !== undefined && arrows.some((arrow) => arrow.row_count > 0 && arrow.table_name === null);
    const goals = goal && at && !purged ? await goalsOf(ctx, { parts: deal.parts, arrows, at, goal }) : new Map();
    const until = goal && at ? new Date(at.getTime() + goal.withinMs) : null;
    views.push({ ...tellDeal(deal, { dealt, summaries, goals }), at, until, purged });
  }
  return views;
}

async function goalsOf(
  ctx: Context,
  of: {
    readonly parts: readonly { readonly name: string; readonly outlets: readonly string[] }[];
    readonly arrows: readonly TransitionRow[];
    readonly at: Date;
    readonly goal: Goal;
  },
): Promise<ReadonlyMap<string, Proportion>> {
  const tables = of.parts.flatMap(({ name, outlets }) =>
    of.arrows.flatMap(({ outlet, table_name }) =>
      outlets.includes(outlet) && table_name !== null ? [{ part: name, table: table_name }] : [],
    ),
  );
  if (tables.length === 0) return new Map();
  const until = new Date(of.at.getTime() + of.goal.withinMs);
  const rows = await countGoals(ctx.db, { tables, event: of.goal.event, after: of.at, until });
  return new Map(rows.map(({ part, people, reached }) => [part, { part: reached, whole: people }]));
}
