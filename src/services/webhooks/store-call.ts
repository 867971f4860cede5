import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import type { AudienceChange, MessageReaction } from './queue.ts';

/** A call holds what happened; where it goes and how it is signed is looked up when it is made. */
export async function insertAudienceCalls(
  tx: Queryable,
  changes: readonly AudienceChange[],
  now: Instant,
): Promise<number> {
  const at = sql`${new Date(now)}::timestamptz`;
  return tx.execute(sql`
    with change as (
      select * from unnest(${changes.map((row) => row.bucket)}::smallint[], ${changes.map((row) => row.profileId)}::bigint[],
        ${changes.map((row) => row.audience)}::text[], ${changes.map((row) => row.change)}::text[],
        ${changes.map((row) => new Date(row.at).toISOString())}::text[], ${changes.map((row) => row.cause)}::text[])
        as row (bucket, profile_id, audience, change, at, cause)
    )
    insert into http_call (bucket, call_id, profile_id, purpose, endpoint, request, state, due_at, queued_at)
    select change.bucket, nextval('http_call_id_seq'), change.profile_id, 'webhook', 'webhook:' || webhook.webhook_id,
      json_build_object('type', 'audience.' || change.change, 'timestamp', change.at, 'bucket', change.bucket,
        'data', json_build_object('audience', change.audience, 'profile_id', change.profile_id, 'cause', change.cause)),
      'queued', ${at}, ${at}
    from change join webhook on webhook.state = 'active' and 'audience.' || change.change = any(webhook.events)
      and (webhook.audiences = '{}' or change.audience = any(webhook.audiences))`);
}

/**
 * Part of a statement that settles messages: the calls for those in `settled`, which has bucket, message_id, send_id, profile_id,
 * address, state and reason. Its rows are counted by whoever says that there are calls.
 */
export function messageCalls(settled: Sql, at: Sql): Sql {
  return sql`
    insert into http_call (bucket, call_id, profile_id, purpose, endpoint, request, state, due_at, queued_at)
    select settled.bucket, nextval('http_call_id_seq'), settled.profile_id, 'webhook', 'webhook:' || webhook.webhook_id,
      json_build_object('type', 'message.' || settled.state, 'timestamp', ${isoTime(at)}, 'bucket', settled.bucket,
        'data', json_build_object('message_id', settled.message_id, 'send_id', settled.send_id, 'profile_id', settled.profile_id,
          'address', settled.address, 'reason', settled.reason, 'campaign', send.campaign_key, 'journey', send.journey_key,
          'activity', send.activity)), 'queued', ${at}, ${at}
    from webhook
    join ${settled} settled on 'message.' || settled.state = any(webhook.events)
    join send on send.send_id = settled.send_id
    where webhook.state = 'active' and not send.of_test
    returning 1`;
}

/** Calls about what people did with messages. */
export async function insertReactionCalls(
  tx: Queryable,
  reactions: readonly MessageReaction[],
  now: Instant,
): Promise<number> {
  const at = sql`${new Date(now)}::timestamptz`;
  return tx.execute(sql`
    with reaction as (
      select * from unnest(${reactions.map((row) => row.bucket)}::smallint[], ${reactions.map((row) => row.profileId)}::bigint[],
        ${reactions.map((row) => row.kind)}::text[], ${reactions.map((row) => row.messageId)}::bigint[],
        ${reactions.map((row) => row.sendId)}::bigint[], ${reactions.map((row) => row.machine)}::boolean[],
        ${reactions.map((row) => row.url)}::text[], ${reactions.map((row) => new Date(row.at).toISOString())}::text[])
        as row (bucket, profile_id, kind, message_id, send_id, machine, url, at)
    )
    insert into http_call (bucket, call_id, profile_id, purpose, endpoint, request, state, due_at, queued_at)
    select reaction.bucket, nextval('http_call_id_seq'), reaction.profile_id, 'webhook', 'webhook:' || webhook.webhook_id,
      json_build_object('type', 'reaction.' || reaction.kind, 'timestamp', reaction.at, 'bucket', reaction.bucket,
        'data', json_build_object('message_id', reaction.message_id, 'send_id', reaction.send_id, 'profile_id', reaction.profile_id,
          'machine', reaction.machine, 'url', reaction.url)), 'queued', ${at}, ${at}
    from reaction join webhook on webhook.state = 'active' and 'reaction.' || reaction.kind = any(webhook.events)
    where not exists (select from send where send.send_id = reaction.send_id and send.of_test)`);
}

function isoTime(at: Sql): Sql {
  return sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** A call that says nothing but that it came. */
export async function insertPing(tx: Queryable, webhookId: number, now: Instant): Promise<void> {
  const at = sql`${new Date(now)}::timestamptz`;
  await tx.execute(sql`
    insert into http_call (bucket, call_id, profile_id, purpose, endpoint, request, state, due_at, queued_at)
    values (0, nextval('http_call_id_seq'), 0, 'webhook', ${`webhook:${webhookId}`},
      json_build_object('type', 'ping', 'timestamp', ${new Date(now).toISOString()}::text, 'data', json_build_object()),
      'queued', ${at}, ${at})`);
}

export type Delivery = {
  readonly webhookId: number;
  readonly callId: number;
  readonly event: string;
  readonly at: Date;
  readonly ok: boolean;
  readonly final: boolean;
  readonly reason: string | null;
  /** What the network called it, where there was no answer. */
  readonly error: string | null;
};
export type DeliveryRow = Delivery & { readonly deliveryId: number };

/** How many old ones a batch clears away for each that it writes. */
const CLEARED_EACH = 2;

/** Writes down tries of calls; those of webhooks that are gone are left out. */
export async function insertDeliveries(
  tx: Queryable,
  rows: readonly Delivery[],
  options: { readonly keepSince: Instant },
): Promise<void> {
  await tx.execute(sql`
    with cleared as (
      delete from webhook_delivery where delivery_id in (
        select delivery_id from webhook_delivery where at < ${new Date(options.keepSince)}
        order by at limit ${rows.length * CLEARED_EACH} for update skip locked)
    )
    insert into webhook_delivery (webhook_id, call_id, event, at, ok, final, reason, error)
    select row.webhook_id, call_id, event, at, ok, final, row.reason, row.error
    from unnest(${rows.map((row) => row.webhookId)}::bigint[], ${rows.map((row) => row.callId)}::bigint[],
      ${rows.map((row) => row.event)}::text[], ${rows.map((row) => row.at.toISOString())}::timestamptz[],
      ${rows.map((row) => row.ok)}::boolean[], ${rows.map((row) => row.final)}::boolean[],
      ${rows.map((row) => row.reason)}::text[], ${rows.map((row) => row.error)}::text[])
      as row (webhook_id, call_id, event, at, ok, final, reason, error)
    join webhook on webhook.webhook_id = row.webhook_id`);
}

/**
 * Remembers since when nothing has got through to each webhook, and disables those that have failed for too long. Returns the ones
 * that it disabled.
 */
export async function noteFailures(
  tx: Queryable,
  seen: { readonly working: readonly number[]; readonly failing: readonly number[] },
  limits: { readonly now: Instant; readonly disableBefore: Instant; readonly reason: string },
): Promise<number[]> {
  await tx.execute(sql`
    update webhook set failing_since = null
    where webhook_id = any(${seen.working}::bigint[]) and failing_since is not null`);
  const rows = await tx.query<{ webhook_id: number; state: string }>(sql`
    update webhook set failing_since = coalesce(failing_since, ${new Date(limits.now)}),
      state = case when failing_since < ${new Date(limits.disableBefore)} then 'disabled' else state end,
      reason = case when failing_since < ${new Date(limits.disableBefore)} then ${limits.reason} else reason end
    where webhook_id = any(${seen.failing}::bigint[]) and state = 'active'
      and (failing_since is null or failing_since < ${new Date(limits.disableBefore)})
    returning webhook_id, state`);
  return rows.filter((row) => row.state === 'disabled').map((row) => row.webhook_id);
}

/** The newest tries first, those before `before`. */
export async function listDeliveryRows(
  db: Queryable,
  page: { readonly webhookId: number; readonly before: number | undefined; readonly limit: number },
): Promise<DeliveryRow[]> {
  return db.query<DeliveryRow>(sql`
    select delivery_id as "deliveryId", webhook_id as "webhookId", call_id as "callId", event, at, ok, final, reason, error
    from webhook_delivery
    where webhook_id = ${page.webhookId} and (${page.before ?? null}::bigint is null or delivery_id < ${page.before ?? null}::bigint)
    order by delivery_id desc limit ${page.limit}`);
}
