import type { JourneyInstance } from '../../core/journeys/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** What the rules in force want to hear about messages. */
export type FeedbackNeeds = {
  /** Names of events that something looks at. */
  readonly events: ReadonlySet<string>;
  /** Some journey runs, or some audience asks what people did with messages. */
  readonly reactions: boolean;
  /** Anything at all is live, so consents matter to somebody. */
  readonly live: boolean;
};

/**
 * What is wanted, which stays so until the transaction ends: rules that come into force afterwards are filled with what it wrote. Few and
 * small tables: cheaper to ask than to keep in step.
 */
export async function holdFeedbackNeeds(tx: Queryable): Promise<FeedbackNeeds> {
  // Two statements: what a third party commits while the first one waits is seen by the second.
  await tx.execute(sql`select from live_epoch for share`);
  const row = await tx.one<{ events: string[]; live: boolean; reactions: boolean }>(sql`
    with journeys as materialized (
      select exists (select from journey_version where state in ('live', 'paused', 'closed', 'dry_run')) as run
    )
    select event_names as events, epoch > 0 or journeys.run as live,
      journeys.run or asks_messages as reactions
    from live_epoch, journeys`);
  return { ...row, events: new Set(row.events) };
}

/** The instance that a message belongs to, and what had caused it. */
export type Origin = {
  readonly instanceId: number | null;
  readonly caused: JourneyInstance['caused'] | null;
  readonly messages: JourneyInstance['messages'] | null;
};

type Sent = { readonly bucket: number; readonly profileId: number; readonly messageId: number };

/** Where messages come from; in their order. */
export async function findOrigins(db: Queryable, messages: readonly Sent[]): Promise<Origin[]> {
  return db.query<Origin>(sql`
    select sent.instance_id as "instanceId", i.body -> 'caused' as caused, i.body -> 'messages' as messages
    from unnest(${messages.map((one) => one.bucket)}::smallint[], ${messages.map((one) => one.profileId)}::bigint[],
      ${messages.map((one) => one.messageId)}::bigint[]) with ordinality as hit (bucket, profile_id, message_id, position)
    left join message on message.bucket = hit.bucket and message.message_id = hit.message_id
    left join outbox on outbox.bucket = hit.bucket and outbox.message_id = hit.message_id
    cross join lateral (select coalesce(message.instance_id, outbox.instance_id) as instance_id) sent
    left join journey_instance i
      on i.bucket = hit.bucket and i.profile_id = hit.profile_id and i.instance_id = sent.instance_id
    order by hit.position`);
}
