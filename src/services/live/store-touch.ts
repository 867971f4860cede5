// Owns: the SQL that finds the people whom changed rows of an entity table concern, and tells the engine of them.
import type { CatalogTable } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Step } from '../../core/rules/index.ts';
import { id, join, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

export type RowChange = {
  readonly table: CatalogTable;
  /** Ways from people to the table, as the rules in force walk them. */
  readonly ways: readonly (readonly Step[])[];
  /** A relation with the key columns of the table: the rows that may change. */
  readonly keys: Sql;
  readonly now: Instant;
};

/** Whom the rows concern before they change. A table of the transaction, which `insertRowTouches` reads. */
export async function keepConcerned(tx: Queryable, change: RowChange): Promise<void> {
  await tx.execute(sql`create temp table concerned_before on commit drop as ${concerned(change)}`);
}

/** Tells the engine of everybody whom a row concerned or concerns that was written at `now` or is gone. */
export async function insertRowTouches(tx: Queryable, change: RowChange): Promise<number> {
  const { table, now } = change;
  const at = sql`${new Date(now)}::timestamptz`;
  const same = join(
    table.primaryKey.map((column) => sql`${id('r', column)} = ${id('b', column)}`),
    ' and ',
  );
  return tx.execute(sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select bucket, profile_id, '{"kind":"touch","cause":"rows"}'::json, ${at} from (
      select b.bucket, b.profile_id from concerned_before b
        left join ${id('data', table.key)} r on ${same}
      where r._updated_at is null or r._updated_at = ${at}
      union
      select c.bucket, c.profile_id from (${concerned(change)}) c where c.written_at = ${at}) people
    where profile_id is not null`);
}

/** The key of each row with the people to whom some way leads from it. */
function concerned({ table, ways, keys }: RowChange): Sql {
  const arms = ways.map((way) => {
    const last = way.length - 1;
    const alias = (index: number) => (index === last ? 't' : `w${index}`);
    const joins = way.map((step, index) => {
      const name = sql`${id('data', step.table.key)} ${id(alias(index))}`;
      if (step.kind === 'owned') return name;
      const on = step.link.on.map(([own, there]) => sql`${id(alias(index), there)} = ${id(alias(index - 1), own)}`);
      return sql`join ${name} on ${join(on, ' and ')}`;
    });
    const key = table.primaryKey.map((column) => id('t', column));
    const same = table.primaryKey.map((column) => sql`${id('t', column)} = ${id('k', column)}`);
    const owner = alias(0);
    return sql`
      select ${join(key)}, t._updated_at as written_at, ${id(owner, '_bucket')} as bucket, ${id(owner, '_profile_id')} as profile_id
      from ${join(joins, ' ')} join ${keys} k on ${join(same, ' and ')}
      where ${id(owner, '_profile_id')} is not null`;
  });
  return join(arms, ' union ');
}
