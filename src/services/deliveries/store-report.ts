import type { Count, LinkClicks, MessageState } from '../../core/deliveries/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export async function readCounts(db: Queryable, sendIds: readonly number[]): Promise<(Count & { sendId: number })[]> {
  return db.query(sql`
    select send_id as "sendId", name, reason, sum(value)::bigint as value from send_count
    where send_id = any(${sendIds}::bigint[]) group by send_id, name, reason`);
}

export async function readLinkClicks(db: Queryable, sendIds: readonly number[]): Promise<LinkClicks[]> {
  return db.query(sql`
    select link.send_id as "sendId", link.link_no as "linkNo", link.url, link.label,
      coalesce(sum(click.human), 0)::bigint as human, coalesce(sum(click.machine), 0)::bigint as machine
    from send_link link left join link_click click using (send_id, link_no)
    where link.send_id = any(${sendIds}::bigint[])
    group by link.send_id, link.link_no order by link.send_id, link.link_no`);
}

export type Recipient = {
  readonly messageId: number;
  readonly bucket: number;
  readonly sendId: number;
  readonly profileId: number;
  readonly address: string | null;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  /** When it was settled; null while it waits or is in the air. */
  readonly settledAt: Date | null;
  /** When it is tried next; null once it is settled. */
  readonly dueAt: Date | null;
};

export type RecipientFilter = {
  readonly sendIds: readonly number[];
  readonly states: readonly MessageState[] | undefined;
  readonly reason: string | undefined;
  /** Message ids above this one. */
  readonly after: number | undefined;
  readonly limit: number;
};

/** One row per message of the sends, in order of message id, wherever the message stands. */
export async function listRecipientRows(db: Queryable, filter: RecipientFilter): Promise<Recipient[]> {
  const after = filter.after ?? 0;
  const states = filter.states === undefined ? null : [...filter.states];
  return db.query(sql`
    select * from (
      (select message_id as "messageId", bucket, send_id as "sendId", profile_id as "profileId", address, state, reason, detail,
        attempts, settled_at as "settledAt", null::timestamptz as "dueAt"
      from message
      where send_id = any(${filter.sendIds}::bigint[]) and message_id > ${after}
        and (${states}::text[] is null or state = any(${states}::text[]))
        and (${filter.reason ?? null}::text is null or reason = ${filter.reason ?? null}::text)
      order by message_id limit ${filter.limit})
      union all
      (select message_id, bucket, send_id, profile_id, address, state, null, null, attempts, null, due_at
      from outbox
      where send_id = any(${filter.sendIds}::bigint[]) and message_id > ${after} and ${filter.reason ?? null}::text is null
        and (${states}::text[] is null or state = any(${states}::text[]))
      order by message_id limit ${filter.limit})
    ) recipient
    order by "messageId" limit ${filter.limit}`);
}
