import { type Database, raw, sql } from '../../../src/platform/sql/index.ts';

/** Fills tables while they have no indexes, as a large load is done; they get back those that they had, as the migrations define them. */
export async function withoutIndexes(
  db: Database,
  tables: readonly string[],
  fill: () => Promise<unknown>,
): Promise<void> {
  const indexes = await db.query<{ table: string; name: string; definition: string; key: string | null }>(sql`
    select i.indrelid::regclass::text as table, c.relname as name, pg_get_indexdef(i.indexrelid) as definition,
      (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u')) as key
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = any(${tables}::regclass[])`);
  for (const { table, name, key } of indexes) {
    await db.execute(raw(key === null ? `drop index ${name}` : `alter table ${table} drop constraint ${name}`));
  }
  await fill();
  const build = async ({ table, name, definition, key }: (typeof indexes)[number]) => {
    const statement = key === null ? definition : `alter table ${table} add constraint ${name} ${key}`;
    // A partitioned table names itself alone in the definition of its index; its partitions are to have one each.
    await db.session(async (session) => {
      await session.execute(raw("set maintenance_work_mem = '512MB'"));
      await session.execute(raw(statement.replace(' ON ONLY ', ' ON ')));
      await session.execute(raw('reset maintenance_work_mem'));
    });
  };
  for (const index of indexes) await build(index);
}
