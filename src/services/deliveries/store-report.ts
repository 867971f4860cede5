import type { Account, Count, LinkClicks, MessageState } from '../../core/deliveries/index.ts';
import { empty, id, type Queryable, sql } from '../../platform/sql/index.ts';

export async function readCounts(db: Queryable, sendIds: readonly number[]): Promise<(Count & { sendId: number })[]> {
  return db.query(sql`
    select send_id as "sendId", name, reason, sum(value)::bigint as value from send_count
    where send_id = any(${sendIds}::bigint[]) group by send_id, name, reason`);
}

/** What became of the messages of each send, or of all sends of each run; those without any are missing. */
export async function readAccounts(
  db: Queryable,
  by: 'send_id' | 'run_id',
  ids: readonly number[],
): Promise<(Account & { readonly of: number })[]> {
  const total = (name: string, held?: boolean) => {
    const part = held === undefined ? empty : sql`and (state in ('prepared', 'paused')) = ${held}`;
    return sql`coalesce(sum(value) filter (where name = ${name} ${part}), 0)::bigint`;
  };
  return db.query(sql`
    select ${id(by)} as of, ${total('targeted')} as targeted, ${total('excluded')} as excluded, ${total('queued', true)} as held,
      ${total('queued', false)} as queued, ${total('sending')} as sending, ${total('sent')} as sent, ${total('failed')} as failed,
      ${total('uncertain')} as uncertain
    from send join send_count using (send_id)
    where ${id(by)} = any(${ids}::bigint[])
    group by ${id(by)}`);
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

/**
 * Prepares a transaction for walks along indexes, until it ends. The planner believes that few messages of a send are in one state, and
 * would sort all of them instead of reading the first in order.
 */
export async function preferWalks(tx: Queryable): Promise<void> {
  await tx.execute(sql`set local enable_sort = off`);
}

/**
 * One row per message of the sends, in order of message id, wherever the message stands. The counters say which states and reasons
 * there are, so that each is a short walk along an index and only those walks are merged.
 */
export async function listRecipientRows(db: Queryable, filter: RecipientFilter): Promise<Recipient[]> {
  const { sendIds, limit } = filter;
  const after = filter.after ?? 0;
  const reason = filter.reason ?? null;
  const states = filter.states ?? null;
  return db.query(sql`
    with part as (
      select send_id, name, reason from send_count
      where send_id = any(${sendIds}::bigint[]) and name in ('excluded', 'sent', 'failed', 'uncertain')
        and (${states}::text[] is null or name = any(${states}::text[])) and (${reason}::text is null or reason = ${reason}::text)
      group by send_id, name, reason having sum(value) > 0
    )
    select * from (
      select row.* from part cross join lateral (
        select message_id as "messageId", bucket, send_id as "sendId", profile_id as "profileId", address, state, reason, detail,
          attempts, settled_at as "settledAt", null::timestamptz as "dueAt"
        from message
        where send_id = part.send_id and state = part.name and coalesce(reason, '') = part.reason and message_id > ${after}
        order by message_id limit ${limit}) row
      union all
      select row.* from unnest(${sendIds}::bigint[]) as part (send_id)
      cross join unnest(array['held', 'queued', 'sending']) as waiting (state)
      cross join lateral (
        select message_id, bucket, send_id, profile_id, address, state, null, null, attempts, null::timestamptz, due_at
        from outbox
        where send_id = part.send_id and state = waiting.state and message_id > ${after}
        order by message_id limit ${limit}) row
      where ${reason}::text is null and (${states}::text[] is null or waiting.state = any(${states}::text[]))
    ) recipient
    order by "messageId" limit ${limit}`);
}

/** Whom a message was for, and what they did with it. */
export type RecipientFacts = {
  readonly messageId: number;
  readonly name: string | null;
  /** When a person first opened it; a machine is none. */
  readonly openedAt: Date | null;
  readonly openedByMachine: boolean;
  readonly clicks: number;
};

/** The facts of one page of recipients, by the keys of its rows. */
export async function readRecipientFacts(
  db: Queryable,
  rows: readonly Pick<Recipient, 'bucket' | 'messageId' | 'profileId'>[],
): Promise<RecipientFacts[]> {
  return db.query(sql`
    select page.message_id as "messageId",
      coalesce(nullif(concat_ws(' ', profile.traits->>'first_name', profile.traits->>'last_name'), ''), profile.traits->>'name') as name,
      did."openedAt", coalesce(did."openedByMachine", false) as "openedByMachine", coalesce(did.clicks, 0)::bigint as clicks
    from unnest(${rows.map(({ bucket }) => bucket)}::smallint[], ${rows.map(({ messageId }) => messageId)}::bigint[],
      ${rows.map(({ profileId }) => profileId)}::bigint[]) as page (bucket, message_id, profile_id)
    left join profile on profile.bucket = page.bucket and profile.profile_id = page.profile_id
    left join lateral (
      select min(first_at) filter (where kind = 'opened' and not machine) as "openedAt",
        bool_or(kind = 'opened' and machine) as "openedByMachine",
        sum(times) filter (where kind = 'clicked' and not machine) as clicks
      from reaction where reaction.bucket = page.bucket and reaction.message_id = page.message_id
    ) did on true`);
}

const SPANS_MAX = 1_000;

/** First openings and first clicks in a span of time. */
export type ReactionSpan = {
  readonly at: Date;
  readonly opened: number;
  readonly openedByMachine: number;
  readonly clicked: number;
  readonly clickedByMachine: number;
};

/** By hour or by day, in UTC, the earliest first, of many the last; spans in which nothing happened are left out. From counters. */
export async function readReactionSpans(
  db: Queryable,
  sendIds: readonly number[],
  every: 'hour' | 'day',
): Promise<ReactionSpan[]> {
  const total = (kind: string, machine: boolean) =>
    sql`coalesce(sum(value) filter (where kind = ${kind} and machine = ${machine}), 0)::bigint`;
  return db.query(sql`
    select * from (
      select date_trunc(${every}, hour, 'UTC') as at, ${total('opened', false)} as opened, ${total('opened', true)} as "openedByMachine",
        ${total('clicked', false)} as clicked, ${total('clicked', true)} as "clickedByMachine"
      from reaction_span where send_id = any(${sendIds}::bigint[])
      group by 1 order by 1 desc limit ${SPANS_MAX}) span
    order by at`);
}
