import type { MessageState } from '../../core/deliveries/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type Place = { readonly bucket: number; readonly profileId: number };

export type PersonFacts = {
  readonly email: string | null;
  readonly phone: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
};

export async function selectPerson(db: Queryable, { bucket, profileId }: Place): Promise<PersonFacts | undefined> {
  return db.maybeOne<PersonFacts>(sql`
    select email, phone, created_at, updated_at from profile where bucket = ${bucket} and profile_id = ${profileId}`);
}

export type RecentMessage = {
  readonly message_id: number;
  readonly template_key: string | null;
  readonly campaign_key: string | null;
  readonly journey_key: string | null;
  readonly activity: string | null;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly at: Date;
};

/** The newest messages of one person, waiting or settled. */
export async function selectRecentMessages(
  db: Queryable,
  { bucket, profileId }: Place,
  limit: number,
): Promise<RecentMessage[]> {
  return db.query<RecentMessage>(sql`
    with own as (
      (select message_id, send_id, state, reason, settled_at as at from message
        where bucket = ${bucket} and profile_id = ${profileId} order by created_at desc limit ${limit})
      union all
      (select message_id, send_id, state, null, queued_at from outbox
        where bucket = ${bucket} and profile_id = ${profileId} order by queued_at desc limit ${limit}))
    select own.message_id, s.template_key, s.campaign_key, s.journey_key, s.activity, own.state, own.reason, own.at
    from own left join send s using (send_id) order by own.at desc, own.message_id desc limit ${limit}`);
}

export async function selectMemberships(
  db: Queryable,
  { bucket, profileId }: Place,
): Promise<{ audience_key: string; since: Date }[]> {
  return db.query(sql`
    select audience_key, since from audience_member where bucket = ${bucket} and profile_id = ${profileId} order by audience_key`);
}
