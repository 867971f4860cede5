import { type Queryable, sql } from '../../platform/sql/index.ts';

/** Numbers for proofs, from the same sequence as all messages, so that each can be told apart in a mailbox. */
export async function nextMessageIds(db: Queryable, count: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(sql`
    select nextval('message_id_seq') as id from generate_series(1, ${count}::int)`);
  return rows.map((row) => row.id);
}
