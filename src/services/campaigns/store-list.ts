import type { RunState, Schedule } from '../../core/campaigns/index.ts';
import { empty, type Queryable, sql } from '../../platform/sql/index.ts';

/** Where a campaign stands: `draft` until it is published, `published` until it runs live, then as its newest live run. */
export type CampaignState = 'draft' | 'published' | RunState;

export type CampaignRow = {
  readonly key: string;
  readonly name: string | null;
  readonly schedule: Schedule | null;
  readonly published_version: number | null;
  readonly draft_version: number | null;
  readonly updated_at: Date;
  readonly state: CampaignState;
};

/** Campaigns by key; those whose every version is archived only when asked for. */
export function selectCampaigns(
  db: Queryable,
  page: {
    readonly key?: string | undefined;
    readonly state?: CampaignState | undefined;
    readonly archived: boolean;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<CampaignRow[]> {
  return db.query(sql`
    with campaign as (
      select key,
        (array_agg(body->>'name' order by version desc))[1] as name,
        (array_agg(body->'schedule' order by version desc))[1] as schedule,
        max(version) filter (where state = 'published') as published_version,
        max(version) filter (where state = 'draft') as draft_version,
        max(updated_at) as updated_at
      from definition
      where kind = 'campaign'
        ${page.key === undefined ? empty : sql`and key = ${page.key}`}
        ${page.after === undefined ? empty : sql`and key > ${page.after}`}
      group by key
      ${page.archived ? empty : sql`having bool_or(state <> 'archived')`}
    ),
    standing as (
      select campaign.*, coalesce(live.state, case when published_version is null then 'draft' else 'published' end) as state
      from campaign left join lateral (
        select state from campaign_run run
        where run.campaign_key = campaign.key and run.mode = 'live'
        order by run_id desc limit 1
      ) live on true
    )
    select key, name, schedule, published_version, draft_version, updated_at, state from standing
    ${page.state === undefined ? empty : sql`where state = ${page.state}`}
    order by key
    limit ${page.limit}`);
}
