import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { AudienceChange } from './queue.ts';

/** The request of each call is a subscription's number and the payload; address and secret are looked up when it is made. */
export async function insertAudienceCalls(
  tx: Queryable,
  changes: readonly AudienceChange[],
  now: Instant,
): Promise<number> {
  return tx.execute(sql`
    with change as (
      select * from unnest(${changes.map((row) => row.bucket)}::smallint[], ${changes.map((row) => row.profileId)}::bigint[],
        ${changes.map((row) => row.audience)}::text[], ${changes.map((row) => row.change)}::text[],
        ${changes.map((row) => new Date(row.at).toISOString())}::timestamptz[], ${changes.map((row) => row.cause)}::text[])
        as row (bucket, profile_id, audience, change, at, cause)
    )
    insert into http_call (bucket, call_id, profile_id, purpose, endpoint, request, state, due_at, queued_at)
    select change.bucket, nextval('http_call_id_seq'), change.profile_id, 'webhook', 'webhook:' || webhook.webhook_id,
      json_build_object('sign', webhook.webhook_id, 'type', 'audience.' || change.change, 'at', change.at,
        'data', json_build_object('audience', change.audience, 'profile_id', change.profile_id, 'cause', change.cause)),
      'queued', ${new Date(now)}, ${new Date(now)}
    from change join webhook on webhook.state = 'active' and 'audience.' || change.change = any(webhook.events)
      and (webhook.audiences = '{}' or change.audience = any(webhook.audiences))`);
}
