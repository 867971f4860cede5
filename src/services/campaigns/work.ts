import type { Activity, Population } from '../../core/campaigns/index.ts';
import type { Catalog } from '../../core/data/index.ts';
import type { Instant, Wording } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { id, type Sql, sql, type Transaction, toText } from '../../platform/sql/index.ts';

/** A population that arrives. `table` is none when its branch stopped because there was nobody. */
export type Inflow = {
  /** `activity.outlet`. */
  readonly from: string;
  readonly table: string;
  readonly rows: number;
  readonly population: Population;
};

/** A population that leaves: the work table that holds it. */
export type Outflow = { readonly outlet: string; readonly table: string; readonly rows: number };

/** What an activity leaves behind. `wait`: its arrows are drawn when that moment comes. `send`: it is done when the send is. */
export type Outcome =
  | { readonly kind: 'done'; readonly outflows: readonly Outflow[] }
  | { readonly kind: 'wait'; readonly until: Instant }
  | { readonly kind: 'send'; readonly sendId: number; readonly outflows: readonly Outflow[] };

/** One execution of one activity, inside the transaction that marks its task done. */
export type Work<A = Activity> = {
  readonly ctx: Context;
  readonly tx: Transaction;
  readonly now: Instant;
  readonly run: {
    readonly runId: number;
    readonly campaignKey: string;
    readonly mode: 'test' | 'live';
    readonly zone: string;
  };
  readonly name: string;
  readonly activity: A;
  readonly inputs: readonly Inflow[];
  readonly catalog: Catalog;
  /** The name of the work table for an outlet, free of anything that needs care. */
  tableFor(outlet: string): string;
  /** Runs a statement for its effect and keeps its text for people; the number of rows. */
  execute(statement: Sql): Promise<number>;
  /** Adds a line to the run's log. */
  note(level: 'info' | 'warning', wording: Wording): void;
};

/** Below this, the planner guesses well enough without statistics. */
const ANALYZE_ROWS_MIN = 10_000;

/** Creates the work table of an outlet from a query. */
export async function createOutflow(work: Work<unknown>, outlet: string, query: Sql): Promise<Outflow> {
  const table = work.tableFor(outlet);
  const rows = await work.execute(sql`create table ${id('work', table)} as ${query}`);
  if (rows >= ANALYZE_ROWS_MIN) await work.tx.execute(sql`analyze ${id('work', table)}`);
  return { outlet, table, rows };
}

/** Hands on what arrived: the same table under another arrow, without a copy. */
export function passOn(work: Work<unknown>, outlet = 'next'): Outflow[] {
  const [input] = work.inputs;
  return input ? [{ outlet, table: input.table, rows: input.rows }] : [];
}

/**
 * Deals the rows of a query out to outlets in two passes whatever their number: each row once to a table on the side with the
 * `_outlet` that the query gives it, then each outlet's rows to its own table.
 */
export async function dealOut(
  work: Work<unknown>,
  input: { readonly query: Sql; readonly columns: Sql; readonly outlets: readonly { name: string; where: Sql }[] },
): Promise<Outflow[]> {
  const side = id('work', work.tableFor('side'));
  await work.execute(sql`create unlogged table ${side} as ${input.query}`);
  const outflows: Outflow[] = [];
  for (const { name, where } of input.outlets) {
    outflows.push(await createOutflow(work, name, sql`select ${input.columns} from ${side} w where ${where}`));
  }
  await work.execute(sql`drop table ${side}`);
  return outflows;
}

/** The only population that arrives. */
export function onlyInflow(work: Work<unknown>): Inflow {
  const [input] = work.inputs;
  if (!input) throw new Error(`Activity "${work.name}" was started without a population.`);
  return input;
}

/** A statement as the task list shows it. */
export function readable(statement: Sql): string {
  return toText(statement).replace(/\s+/g, ' ').trim();
}
