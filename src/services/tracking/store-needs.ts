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

/** Few and small tables: cheaper to ask than to keep in step. */
export async function readFeedbackNeeds(db: Queryable): Promise<FeedbackNeeds> {
  const row = await db.one<{ events: string[]; live: boolean; reactions: boolean }>(sql`
    with journeys as materialized (
      select exists (select from journey_version where state in ('live', 'paused', 'closed', 'dry_run')) as run
    )
    select event_names as events, epoch > 0 or journeys.run as live,
      journeys.run or asks_messages as reactions
    from live_epoch, journeys`);
  return { ...row, events: new Set(row.events) };
}

/** The instance that each message belongs to, if any; in the order of the messages. */
export async function findInstances(
  db: Queryable,
  messages: readonly { readonly bucket: number; readonly messageId: number }[],
): Promise<(number | null)[]> {
  const rows = await db.query<{ instance_id: number | null }>(sql`
    select coalesce(message.instance_id, outbox.instance_id) as instance_id
    from unnest(${messages.map((one) => one.bucket)}::smallint[], ${messages.map((one) => one.messageId)}::bigint[])
      with ordinality as hit (bucket, message_id, position)
    left join message on message.bucket = hit.bucket and message.message_id = hit.message_id
    left join outbox on outbox.bucket = hit.bucket and outbox.message_id = hit.message_id
    order by hit.position`);
  return rows.map((row) => row.instance_id);
}
