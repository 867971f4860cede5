import type { Column } from '../../core/data/index.ts';
import { AppError, say, says, suggest } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { id, join, type Sql } from '../../platform/sql/index.ts';
import type { RunAddress } from './command.ts';
import { findRun, findTransition, listTransitions, type TransitionRow } from './store.ts';
import { type PersonOfRow, selectBlocks, selectPeople, selectRows } from './store-rows.ts';

export type TransitionAddress = RunAddress & { readonly activity: string; readonly outlet?: string | undefined };

export type RowPage = {
  readonly dimension: string;
  readonly row_count: number;
  readonly columns: readonly Column[];
  readonly rows: readonly Record<string, unknown>[];
  /** Who the people of these rows are. */
  readonly people: readonly PersonOfRow[];
  /** Where the next page starts; null on the last one. */
  readonly next: string | null;
};

const OWNER: readonly Column[] = [
  { name: 'bucket', type: 'integer' },
  { name: 'profile_id', type: 'integer' },
];

/** A page of the rows on an arrow, while the run is alive and after. @throws AppError `not_found`, also when they were purged. */
export async function transitionRows(
  ctx: Context,
  address: TransitionAddress & { readonly after?: string | undefined; readonly limit: number },
): Promise<RowPage> {
  const { transition, table } = await locate(ctx, address);
  const read = await selectRows(ctx.db, table, {
    after: address.after,
    limit: address.limit + 1,
    columns: columnList(transition),
  });
  const places = read.map(({ _place }) => String(_place));
  const rows = read.slice(0, address.limit).map(({ _place, ...row }) => row);
  return {
    dimension: transition.dimension,
    row_count: transition.row_count,
    columns: columnsOf(transition),
    rows,
    people: await selectPeople(ctx.db, rows),
    next: read.length > address.limit ? (places[address.limit - 1] ?? null) : null,
  };
}

/** About 5,000 rows of ordinary width. */
const BATCH_BLOCKS = 32;

/** All rows on an arrow in batches, each read where the one before ended; nothing stays open between two of them. */
export async function eachBatch(
  ctx: Context,
  address: TransitionAddress,
): Promise<{
  readonly columns: readonly Column[];
  readonly batches: AsyncIterable<readonly Record<string, unknown>[]>;
}> {
  const { transition, table } = await locate(ctx, address);
  async function* batches() {
    for (let block = 0; ; block += BATCH_BLOCKS) {
      const rows = await selectBlocks(ctx.db, table, {
        from: block,
        blocks: BATCH_BLOCKS,
        columns: columnList(transition),
      });
      if (rows === undefined) return;
      if (rows.length > 0) yield rows;
    }
  }
  return { columns: columnsOf(transition), batches: batches() };
}

function columnsOf(transition: TransitionRow): Column[] {
  return [...OWNER, ...transition.columns.map(({ name, type }) => ({ name, type }))];
}

function columnList(transition: TransitionRow): Sql {
  return join(columnsOf(transition).map((column) => id(column.name)));
}

async function locate(ctx: Context, address: TransitionAddress): Promise<{ transition: TransitionRow; table: string }> {
  const run = await findRun(ctx.db, address.campaignKey, address.runId);
  const outlet = address.outlet ?? 'next';
  const transition = await findTransition(ctx.db, run.run_id, address.activity, outlet);
  if (!transition) throw await noSuchArrow(ctx, run.run_id, `${address.activity}.${outlet}`);
  if (transition.table_name === null) {
    const why = transition.row_count === 0 ? say('nobody was there') : say('they were purged');
    throw new AppError(
      'not_found',
      say('The rows of "{activity}.{outlet}" are not kept: {why}.', { activity: address.activity, outlet, why }),
    );
  }
  return { transition, table: transition.table_name };
}

async function noSuchArrow(ctx: Context, runId: number, wanted: string): Promise<AppError> {
  const arrows = (await listTransitions(ctx.db, runId)).map(({ activity, outlet }) => `${activity}.${outlet}`);
  const wording = say('Run {run} has no arrow "{arrow}".', { run: runId, arrow: wanted });
  const suggestion = suggest(wanted, arrows);
  const problem = { path: 'arrow', ...says('Not one of this run.'), expected: arrows.join(' | ') };
  return new AppError('not_found', wording, {
    problems: arrows.length === 0 ? [] : [suggestion === undefined ? problem : { ...problem, suggestion }],
  });
}
