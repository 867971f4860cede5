import { type Queryable, raw, type Sql, sql, type Transaction } from '../../platform/sql/index.ts';

/**
 * Prepares a transaction for questions about everybody: hash tables that hold a large population, and no compilation to machine code,
 * which takes longer than it saves on queries of this kind.
 */
export async function prepareForPopulations(tx: Transaction): Promise<void> {
  await tx.execute(raw("set local jit = off; set local work_mem = '256MB'; set local hash_mem_multiplier = 2"));
}

export async function countRows(tx: Queryable, population: Sql): Promise<number> {
  const { count } = await tx.one<{ count: number }>(sql`select count(*) as count from (${population}) population`);
  return count;
}

export async function explainCount(tx: Queryable, population: Sql): Promise<string> {
  const rows = await tx.query<{ 'QUERY PLAN': string }>(
    sql`explain (analyze, buffers) select count(*) as count from (${population}) population`,
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
