import { prepared, type Queryable, sql } from '../../platform/sql/index.ts';

/** The newest published body of one channel. */
export async function selectChannel(db: Queryable, key: string): Promise<unknown> {
  const row = await db.maybeOne<{ body: unknown }>(prepared`
    select body from definition
    where kind = 'channel' and key = ${key} and state = 'published'
    order by version desc
    limit 1`);
  return row?.body;
}

/** The newest published body of every channel, by key. */
export async function selectChannels(db: Queryable): Promise<unknown[]> {
  const rows = await db.query<{ body: unknown }>(prepared`
    select distinct on (key) body from definition
    where kind = 'channel' and state = 'published'
    order by key, version desc`);
  return rows.map((row) => row.body);
}

/** Whether the channel is known in any state. */
export async function existsChannel(db: Queryable, key: string): Promise<boolean> {
  return (
    (await db.maybeOne(sql`select 1 as found from definition where kind = 'channel' and key = ${key} limit 1`)) !==
    undefined
  );
}
