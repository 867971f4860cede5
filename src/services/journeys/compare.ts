import { type DealView, dealsOfJourney, mayRepeat, type Proportion, tellDeal } from '../../core/comparisons/index.ts';
import type { DurationMs } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { sendSummaries } from '../deliveries/index.ts';
import { findVersion, type VersionAddress } from './find-version.ts';
import { selectBody } from './store.ts';
import { countGoals } from './store-goal.ts';
import { selectSendsOf, sumCounts } from './store-report.ts';

export type VersionDeal = DealView & {
  /** The variant that everybody takes; what is counted since was not dealt by lot. */
  readonly winner: string | null;
};

export type VersionComparison = {
  readonly key: string;
  readonly version: number;
  /** Somebody can get a message twice, so that the messages are not all of different people. */
  readonly repeats: boolean;
  readonly deals: readonly VersionDeal[];
};

/**
 * Compares what became of those whom the experiments of a version dealt; with `goal`, to how many people its event happened within so
 * long after they were first dealt, counted now and without those whom a winner was given to. @throws AppError `not_found`, `conflict`.
 */
export async function compareJourney(
  ctx: Context,
  { goal, ...address }: VersionAddress & { readonly goal?: { event: string; withinMs: DurationMs } | undefined },
): Promise<VersionComparison> {
  const row = await findVersion(ctx.db, address);
  const version = { key: row.journey_key, version: row.version };
  const body = await selectBody(ctx.db, version);
  const deals = body === undefined ? [] : dealsOfJourney(body);
  if (!body || deals.length === 0) return { ...version, repeats: false, deals: [] };
  const counts = await sumCounts(ctx.db, version);
  const sends = await selectSendsOf(ctx.db, version);
  const found = await sendSummaries(
    ctx.db,
    sends.map(({ send_id }) => send_id),
  );
  const summaries = sends.flatMap(({ node, send_id }) => {
    const summary = found.get(send_id);
    return summary ? [{ email: node, summary }] : [];
  });
  const views: VersionDeal[] = [];
  for (const deal of deals) {
    const left = counts.filter(({ node, name }) => node === deal.node && name === 'left');
    const dealt = new Map(left.map(({ outlet, value }) => [outlet, value]));
    const reached = goal
      ? await countGoals(ctx.db, { ...version, node: deal.node, since: row.started_at, ...goal })
      : [];
    const goals = new Map<string, Proportion>(
      reached.map(({ part, people, reached: hits }) => [part, { part: hits, whole: people }]),
    );
    const step = body.steps[deal.node];
    const winner = row.winners[deal.node] ?? (step?.type === 'experiment' ? step.winner : undefined) ?? null;
    views.push({ ...tellDeal(deal, { dealt, summaries, goals }), winner });
  }
  return { ...version, repeats: mayRepeat(body), deals: views };
}
