import { testOf } from '../../core/journeys/index.ts';
import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { selectTests, type TestRow } from './store.ts';

/** Tests of one journey that can be looked at. */
const TESTS_MAX = 100;

export type TestSummary = {
  readonly journey: string;
  readonly number: number;
  /** The version of the definition that is tested. */
  readonly version: number;
  readonly state: 'running' | 'stopped' | 'over';
  readonly started_at: Date;
  /** When it ends unless somebody asks for something before. */
  readonly ends_at: Date | null;
  readonly finished_at: Date | null;
  readonly wait_ms: number;
  readonly messages: TestRow['test']['messages'];
  readonly channel: string | null;
  readonly address: string | null;
  readonly branches: Readonly<Record<string, string>>;
  readonly people: number;
};

export type TestAddress = {
  readonly key: string;
  /** Absent: the newest. */
  readonly number?: number | undefined;
};

export function summaryOf(row: TestRow): TestSummary {
  const { journey, number, wait_ms, messages, channel, address, branches } = row.test;
  const state = row.state === 'test' ? 'running' : row.state === 'stopped' ? 'stopped' : 'over';
  const { version, started_at, finished_at, people } = row;
  const ends_at = state === 'running' ? row.ends_at : null;
  return {
    ...{ journey, number, version, state, started_at, ends_at, finished_at },
    ...{ wait_ms, messages, channel, address, branches, people },
  };
}

/** @throws AppError `not_found`. */
export async function findTest(db: Queryable, { key, number }: TestAddress): Promise<TestRow> {
  const rows = testOf(key) === undefined ? await selectTests(db, key, TESTS_MAX) : [];
  const row = number === undefined ? rows[0] : rows.find(({ test }) => test.number === number);
  if (row) return row;
  if (number === undefined) throw new AppError('not_found', say('The journey "{key}" was never tested.', { key }));
  throw notFound(say('test of journey "{journey}"', { journey: key }), String(number));
}

/** @throws AppError `not_found`, `conflict` when it is over. */
export async function findRunning(db: Queryable, address: TestAddress): Promise<TestRow> {
  const row = await findTest(db, address);
  if (row.state === 'test') return row;
  const { number } = row.test;
  throw new AppError(
    'conflict',
    say('Test {number} of "{key}" is over; start another one.', { number, key: address.key }),
  );
}

/** The newest tests of a journey. */
export async function listTests(ctx: Context, key: string): Promise<TestSummary[]> {
  return (await selectTests(ctx.db, key, TESTS_MAX)).map(summaryOf);
}
