import type { Instant } from '../../core/kernel/index.ts';
import type { WebhookEvent, WebhookInput } from '../../core/webhooks/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type WebhookRow = {
  readonly webhookId: number;
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly audiences: readonly string[];
  readonly allowPrivate: boolean;
  readonly state: 'active' | 'disabled';
  readonly reason: string | null;
  readonly failingSince: Date | null;
  readonly secretNo: number;
  readonly rotatedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

const COLUMNS = sql`webhook_id as "webhookId", name, url, events, audiences, allow_private as "allowPrivate", state, reason,
  failing_since as "failingSince", secret_no as "secretNo", rotated_at as "rotatedAt", created_at as "createdAt",
  updated_at as "updatedAt"`;

export async function insertWebhook(db: Queryable, input: WebhookInput, now: Instant): Promise<WebhookRow> {
  return db.one<WebhookRow>(sql`
    insert into webhook (name, url, events, audiences, allow_private, state, created_at, updated_at)
    values (${input.name}, ${input.url}, ${input.events}::text[], ${input.audiences}::text[], ${input.allow_private}, 'active',
      ${new Date(now)}, ${new Date(now)})
    returning ${COLUMNS}`);
}

export async function updateWebhook(
  db: Queryable,
  webhookId: number,
  input: WebhookInput,
  now: Instant,
): Promise<WebhookRow | undefined> {
  return db.maybeOne<WebhookRow>(sql`
    update webhook set name = ${input.name}, url = ${input.url}, events = ${input.events}::text[],
      audiences = ${input.audiences}::text[], allow_private = ${input.allow_private}, updated_at = ${new Date(now)}
    where webhook_id = ${webhookId} returning ${COLUMNS}`);
}

/** Enabling forgets past failures. */
export async function setWebhookState(
  db: Queryable,
  webhookId: number,
  change: { readonly state: 'active' | 'disabled'; readonly reason: string | null; readonly now: Instant },
): Promise<WebhookRow | undefined> {
  return db.maybeOne<WebhookRow>(sql`
    update webhook set state = ${change.state}, reason = ${change.reason}, failing_since = null, updated_at = ${new Date(change.now)}
    where webhook_id = ${webhookId} returning ${COLUMNS}`);
}

export async function raiseSecretNo(db: Queryable, webhookId: number, now: Instant): Promise<WebhookRow | undefined> {
  return db.maybeOne<WebhookRow>(sql`
    update webhook set secret_no = secret_no + 1, rotated_at = ${new Date(now)}, updated_at = ${new Date(now)}
    where webhook_id = ${webhookId} returning ${COLUMNS}`);
}

export async function deleteWebhookRow(db: Queryable, webhookId: number): Promise<number> {
  return db.execute(sql`delete from webhook where webhook_id = ${webhookId}`);
}

export async function findWebhooks(db: Queryable, webhookIds: readonly number[]): Promise<WebhookRow[]> {
  return db.query<WebhookRow>(sql`select ${COLUMNS} from webhook where webhook_id = any(${webhookIds}::bigint[])`);
}

/** In the order of their making. */
export async function listWebhookRows(
  db: Queryable,
  page: { readonly after: number | undefined; readonly limit: number },
): Promise<WebhookRow[]> {
  return db.query<WebhookRow>(sql`
    select ${COLUMNS} from webhook where webhook_id > ${page.after ?? 0} order by webhook_id limit ${page.limit}`);
}

/** Of people, everything by which others know them; of who was merged since, whoever they became. */
export async function findIdentitiesOf(
  db: Queryable,
  people: readonly { readonly bucket: number; readonly profileId: number }[],
): Promise<{ bucket: number; profileId: number; namespace: string; value: string }[]> {
  return db.query(sql`
    select wanted.bucket, wanted.profile_id as "profileId", namespace, value
    from (
      select distinct * from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[])
        as row (bucket, profile_id)
    ) wanted
    left join profile_alias a on a.bucket = wanted.bucket and a.profile_id = wanted.profile_id
    join identity i on i.profile_bucket = coalesce(a.to_bucket, wanted.bucket)
      and i.profile_id = coalesce(a.to_profile_id, wanted.profile_id)
    order by 1, 2, 3, 4`);
}
