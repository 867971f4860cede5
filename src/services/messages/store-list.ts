// Owns: the messages by API as a list, and their sums by template. Campaigns and journeys have their own.
import type { Account, MessageState } from '../../core/deliveries/index.ts';
import { empty, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import type { MessageRow } from './store.ts';

/** Of which sends: those of one template, or in one lane. */
export type ApiSendFilter = { readonly template: string | undefined; readonly lane: string | undefined };

/** What a list says of a message; the rest is asked for one by one. */
export type ListedRow = Omit<MessageRow, 'templateVersion' | 'channelKey' | 'reactions'>;

export type ListFilter = ApiSendFilter & {
  readonly states: readonly MessageState[] | undefined;
  readonly reason: string | undefined;
  /** Message ids below this one. */
  readonly before: number | undefined;
  readonly limit: number;
};

const ofApi = ({ template, lane }: ApiSendFilter): Sql => sql`
  campaign_key is null and journey_key is null ${template === undefined ? empty : sql`and template_key = ${template}`}
  ${lane === undefined ? empty : sql`and lane = ${lane}`}`;

const SETTLED = sql`message.bucket, message.message_id, message.send_id, message.profile_id, message.address, message.state, message.reason,
  message.detail, message.attempts, message.created_at as queued_at, null::timestamptz as not_before, null::timestamptz as due_at,
  message.settled_at`;
const WAITING = sql`outbox.bucket, outbox.message_id, outbox.send_id, outbox.profile_id, outbox.address, outbox.state, null::text, null::text,
  outbox.attempts, outbox.queued_at, outbox.not_before, outbox.due_at, null::timestamptz`;
const ROW = sql`bucket, message_id as "messageId", found.send_id as "sendId", profile_id as "profileId", address, found.state,
  found.reason, detail, attempts, queued_at as "queuedAt", not_before as "notBefore", due_at as "dueAt", settled_at as "settledAt",
  template_key as "templateKey", lane, topic`;
const LAST = sql`9223372036854775807`;

/**
 * The newest messages first, wherever they stand. The counters say which states and reasons there are, so that each is a short walk
 * along an index and only those walks are merged. No month before its send is looked at, give or take a day: clocks of two processes
 * differ, and a send is a moment younger than its first message.
 */
export function listApiRows(db: Queryable, filter: ListFilter): Promise<ListedRow[]> {
  const { states = null, reason = null, before = null, limit } = filter;
  return db.query(sql`
    with api as materialized (select send_id, template_key, lane, topic, created_at from send where ${ofApi(filter)}),
    part as (
      select send_id, name, reason, api.created_at from api join send_count using (send_id)
      where name in ('excluded', 'sent', 'failed', 'uncertain') and (${states}::text[] is null or name = any(${states}::text[]))
        and (${reason}::text is null or reason = ${reason}::text)
      group by send_id, name, reason, api.created_at having sum(value) > 0
    ), found as (
      select row.* from part cross join lateral (
        select ${SETTLED} from message
        where send_id = part.send_id and state = part.name and coalesce(reason, '') = part.reason
          and message_id < coalesce(${before}::bigint, ${LAST}) and message.created_at >= part.created_at - interval '1 day'
        order by message_id desc limit ${limit}) row
      union all
      select row.* from api cross join unnest(array['held', 'queued', 'sending']) as waiting (state)
      cross join lateral (
        select ${WAITING} from outbox
        where send_id = api.send_id and state = waiting.state and message_id < coalesce(${before}::bigint, ${LAST})
        order by message_id desc limit ${limit}) row
      where ${reason}::text is null and (${states}::text[] is null or waiting.state = any(${states}::text[]))
    )
    select ${ROW} from found join api using (send_id) order by message_id desc limit ${limit}`);
}

/** Those of some people, the newest first: all messages that each has had, and those that wait for them. */
export function listApiRowsOf(
  db: Queryable,
  people: readonly { readonly bucket: number; readonly profileId: number }[],
  filter: ListFilter,
): Promise<ListedRow[]> {
  const { states = null, reason = null, before = null, limit } = filter;
  return db.query(sql`
    with api as materialized (select send_id, template_key, lane, topic from send where ${ofApi(filter)}),
    person as materialized (
      select * from unnest(${people.map(({ bucket }) => bucket)}::smallint[], ${people.map(({ profileId }) => profileId)}::bigint[])
        as row (bucket, profile_id)
    ), found as (
      select row.* from person cross join lateral (
        select ${SETTLED} from message where bucket = person.bucket and profile_id = person.profile_id) row
      union all
      select row.* from api cross join lateral (select ${WAITING} from outbox where send_id = api.send_id) row
      join person using (bucket, profile_id)
    )
    select ${ROW} from found join api using (send_id)
    where message_id < coalesce(${before}::bigint, ${LAST}) and (${states}::text[] is null or found.state = any(${states}::text[]))
      and (${reason}::text is null or found.reason = ${reason}::text)
    order by message_id desc limit ${limit}`);
}

export type TemplateSums = Account & {
  readonly template: string;
  readonly lane: string;
  readonly opened: number;
  readonly openedByMachine: number;
  readonly clicked: number;
  readonly unsubscribed: number;
};

/** What became of the messages by API, template by template and lane by lane, from the counters of their sends. */
export function sumApiTemplates(
  db: Queryable,
  page: { readonly after: readonly [template: string, lane: string] | undefined; readonly limit: number },
): Promise<TemplateSums[]> {
  const total = (name: string, more: Sql = empty) =>
    sql`coalesce(sum(value) filter (where name = ${name} ${more}), 0)::bigint`;
  const standsStill = sql`state in ('prepared', 'paused')`;
  return db.query(sql`
    select template_key as template, lane, ${total('targeted')} as targeted, ${total('excluded')} as excluded,
      ${total('queued', sql`and ${standsStill}`)} as held, ${total('queued', sql`and not ${standsStill}`)} as queued,
      ${total('sending')} as sending, ${total('sent')} as sent, ${total('failed')} as failed, ${total('uncertain')} as uncertain,
      ${total('opened', sql`and send_count.reason = 'human'`)} as opened,
      ${total('opened', sql`and send_count.reason = 'machine'`)} as "openedByMachine",
      ${total('clicked', sql`and send_count.reason = 'human'`)} as clicked, ${total('unsubscribed')} as unsubscribed
    from send join send_count using (send_id)
    where campaign_key is null and journey_key is null
      ${page.after ? sql`and (template_key, lane) > (${page.after[0]}, ${page.after[1]})` : empty}
    group by template_key, lane order by template_key, lane limit ${page.limit}`);
}
