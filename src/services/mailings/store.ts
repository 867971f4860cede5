import { empty, type Queryable, sql } from '../../platform/sql/index.ts';

/** The live runs of campaigns that are mailings, the newest first; of one of them or of all. */
export function selectMailings(
  db: Queryable,
  page: {
    readonly tag: string;
    readonly id?: string | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  },
): Promise<{ readonly id: string; readonly run_id: number }[]> {
  return db.query(sql`
    select campaign_key as id, run_id from campaign_run
    where mode = 'live' and starts_with(campaign_key, 'api-') and body -> 'tags' ->> 0 = ${page.tag}
      ${page.id === undefined ? empty : sql`and campaign_key = ${page.id}`}
      ${page.before === undefined ? empty : sql`and run_id < ${page.before}`}
    order by run_id desc limit ${page.limit}`);
}
