import type { FrozenSettings, Lane, MessageState, SendState } from '../../core/deliveries/index.ts';
import type { Reaction, SuppressionReason } from '../../core/why/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { Place } from './store-person.ts';

export type MessageFacts = {
  readonly message_id: number;
  readonly send_id: number;
  readonly address: string | null;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly settled_at: Date | null;
  readonly due_at: Date | null;
  readonly instance_id: number | null;
};

/** One message of one person, wherever it stands. */
export async function selectMessage(
  db: Queryable,
  { bucket, profileId }: Place,
  messageId: number,
): Promise<MessageFacts | undefined> {
  return db.maybeOne<MessageFacts>(sql`
    select message_id, send_id, address, state, reason, detail, attempts, created_at, settled_at, null::timestamptz as due_at, instance_id
    from message where bucket = ${bucket} and profile_id = ${profileId} and message_id = ${messageId}
    union all
    select message_id, send_id, address, state, null, null, attempts, queued_at, null, due_at, instance_id
    from outbox where bucket = ${bucket} and profile_id = ${profileId} and message_id = ${messageId}`);
}

export type SendFacts = {
  readonly run_id: number | null;
  readonly activity: string | null;
  readonly campaign_key: string | null;
  readonly journey_key: string | null;
  readonly journey_version: number | null;
  readonly channel: string;
  readonly channel_key: string;
  readonly template_key: string;
  readonly template_version: number;
  readonly lane: Lane;
  readonly topic: string;
  readonly state: SendState;
  readonly reason: string | null;
  readonly settings: FrozenSettings;
};

export async function selectSend(db: Queryable, sendId: number): Promise<SendFacts | undefined> {
  return db.maybeOne<SendFacts>(sql`
    select run_id, activity, campaign_key, journey_key, journey_version, channel, channel_key, template_key, template_version, lane,
      topic, state, reason, settings
    from send where send_id = ${sendId}`);
}

export type ConsentFacts = {
  readonly topic: string;
  readonly status: 'granted' | 'refused';
  readonly source: string;
  readonly updated_at: Date;
};

export async function selectConsents(
  db: Queryable,
  { bucket, profileId }: Place,
  { channel, topic }: { readonly channel: string; readonly topic: string },
): Promise<ConsentFacts[]> {
  return db.query<ConsentFacts>(sql`
    select topic, status, source, updated_at from consent
    where bucket = ${bucket} and profile_id = ${profileId} and channel = ${channel} and topic in ('', ${topic}) order by topic`);
}

export type SuppressionFacts = {
  readonly reason: SuppressionReason;
  readonly detail: string | null;
  readonly created_at: Date;
};

export async function selectSuppression(
  db: Queryable,
  { channel, address }: { readonly channel: string; readonly address: string },
): Promise<SuppressionFacts | undefined> {
  return db.maybeOne<SuppressionFacts>(sql`
    select reason, detail, created_at from suppression where channel = ${channel} and address = lower(btrim(${address}::text))`);
}

export type ReactionFacts = {
  readonly kind: Reaction;
  readonly machine: boolean;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly times: number;
};

export async function selectReactions(db: Queryable, { bucket }: Place, messageId: number): Promise<ReactionFacts[]> {
  return db.query<ReactionFacts>(sql`
    select kind, machine, first_at, last_at, times from reaction
    where bucket = ${bucket} and message_id = ${messageId} order by first_at, kind`);
}
