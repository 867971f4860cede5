import type { JsonObject } from '../../core/kernel/index.ts';
import type { ChangeCause } from '../../core/why/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { Place } from './store-person.ts';

export type MembershipFacts = {
  readonly since: Date;
  readonly run_id: number | null;
  readonly campaign_key: string | null;
};

export async function selectMembership(
  db: Queryable,
  { bucket, profileId }: Place,
  audience: string,
): Promise<MembershipFacts | undefined> {
  return db.maybeOne<MembershipFacts>(sql`
    select m.since, m.run_id, r.campaign_key
    from audience_member m left join campaign_run r using (run_id)
    where m.bucket = ${bucket} and m.audience_key = ${audience} and m.profile_id = ${profileId}`);
}

export type ChangeFacts = { readonly at: Date; readonly change: 'entered' | 'left'; readonly cause: ChangeCause };

/** Enterings and leavings, newest first. */
export async function selectChanges(
  db: Queryable,
  { bucket, profileId }: Place,
  { audience, limit }: { readonly audience: string; readonly limit: number },
): Promise<ChangeFacts[]> {
  return db.query<ChangeFacts>(sql`
    select at, change, cause from audience_change
    where bucket = ${bucket} and profile_id = ${profileId} and audience_key = ${audience}
    order by at desc, change limit ${limit}`);
}

export type EventFacts = {
  readonly name: string;
  readonly properties: JsonObject;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly source: string;
};

/** The event of one of these names that was received last, up to a moment. */
export async function selectLastEvent(
  db: Queryable,
  { bucket, profileId }: Place,
  { names, until }: { readonly names: readonly string[]; readonly until: Date },
): Promise<EventFacts | undefined> {
  return db.maybeOne<EventFacts>(sql`
    select name, properties, occurred_at, received_at, source from event
    where bucket = ${bucket} and profile_id = ${profileId} and name = any(${names}::text[]) and received_at <= ${until}
    order by received_at desc, event_id desc limit 1`);
}
