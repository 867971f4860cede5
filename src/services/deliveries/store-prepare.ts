import type { ConsentMode } from '../../core/consent/index.ts';
import type { TemplateSource } from '../../core/content/index.ts';
import type { FrozenSettings, Lane } from '../../core/deliveries/index.ts';
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import {
  empty,
  ensureMonthPartitions,
  id,
  join,
  literal,
  type Queryable,
  type Sql,
  sql,
} from '../../platform/sql/index.ts';
import { consentAllowsSql } from '../consent/index.ts';
import { isMailableSql } from '../rules/index.ts';
import { messageCalls } from '../webhooks/index.ts';
import { touchAddressees } from './store-feedback.ts';

/** Whoever makes a partition in the first seconds of a month takes turns: a failed attempt would end the transaction it is in. */
const PARTITION_LOCK = 7_301_002;

/** Makes the log's partition for `now` inside the caller's transaction, when nobody has made it ahead of time. */
export async function ensureMessagePartition(tx: Queryable, now: Instant): Promise<void> {
  const found = await tx.maybeOne(sql`
    select 1 as found from pg_class
    where relname = 'message_' || to_char(${new Date(now)}::timestamptz, 'YYYY_MM') and relkind = 'r'`);
  if (found) return;
  await tx.execute(sql`select pg_advisory_xact_lock(${PARTITION_LOCK})`);
  await ensureMonthPartitions(tx, 'message', [now]);
}

export async function insertSend(
  tx: Queryable,
  send: {
    readonly runId: number | null;
    readonly activity: string | null;
    readonly campaignKey: string | null;
    readonly channel: string;
    readonly channelKey: string;
    readonly templateKey: string;
    readonly templateVersion: number;
    readonly content: TemplateSource;
    readonly lane: Lane;
    readonly topic: string;
    readonly hold: boolean;
    readonly settings: FrozenSettings;
    readonly now: Instant;
  },
): Promise<number> {
  const at = new Date(send.now);
  const row = await tx.one<{ send_id: number }>(sql`
    insert into send (run_id, activity, campaign_key, channel, channel_key, template_key, template_version, content, lane, topic, state,
      settings, created_at, confirmed_at)
    values (${send.runId}, ${send.activity}, ${send.campaignKey}, ${send.channel}, ${send.channelKey}, ${send.templateKey},
      ${send.templateVersion}, ${JSON.stringify(send.content)}::json, ${send.lane}, ${send.topic}, ${send.hold ? 'prepared' : 'sending'},
      ${JSON.stringify(send.settings)}::jsonb, ${at}, ${send.hold ? null : at})
    returning send_id`);
  return row.send_id;
}

export async function insertSendLinks(
  tx: Queryable,
  sendId: number,
  links: readonly { readonly no: number; readonly url: string; readonly label: string | null }[],
): Promise<void> {
  if (links.length === 0) return;
  await tx.execute(sql`
    insert into send_link (send_id, link_no, url, label)
    select ${sendId}::bigint, link_no, url, label
    from unnest(${links.map((link) => link.no)}::smallint[], ${links.map((link) => link.url)}::text[],
      ${links.map((link) => link.label)}::text[]) as link (link_no, url, label)`);
}

export type RecipientsInput = {
  readonly sendId: number;
  /** In schema `work`. */
  readonly table: string;
  readonly rowColumns: readonly string[];
  /** The same in every row. */
  readonly constants: JsonObject;
  readonly addressColumn: string | undefined;
  readonly perRow: boolean;
  readonly consent: ConsentMode;
  readonly channel: string;
  readonly topic: string;
  readonly channelKey: string;
  readonly lane: Lane;
  readonly hold: boolean;
  readonly now: Instant;
};

/**
 * Judges every row of the population and puts it in the outbox or, with the first reason that applies, in the log. Returns how many
 * rows each reason took; null is the rows that were queued.
 */
export async function insertRecipients(
  tx: Queryable,
  input: RecipientsInput,
): Promise<{ readonly reason: string | null; readonly count: number }[]> {
  const at = sql`${new Date(input.now)}::timestamptz`;
  return tx.query(sql`
    with candidate as (
      select coalesce(person.bucket, population.bucket, 0) as bucket, person.profile_id, ${addressOf(input)} as address,
        ${rowDataOf(input)} as data, ${nthOf(input)} as nth
      from ${id('work', input.table)} population
      left join profile person on person.bucket = population.bucket and person.profile_id = population.profile_id
    ), judged as materialized (
      select nextval('message_id_seq') as message_id, candidate.bucket, coalesce(candidate.profile_id, 0) as profile_id,
        candidate.address, candidate.data, ${reasonOf(input)} as reason
      from candidate
      ${input.consent === 'none' ? empty : consentJoins(input)}
      left join suppression on suppression.channel = ${input.channel} and suppression.address = lower(candidate.address)
    ), excluded as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, reason, settled_at)
      select bucket, message_id, ${at}, ${input.sendId}::bigint, profile_id, nullif(address, ''), 'excluded', reason, ${at}
      from judged where reason is not null
    ), touched as (${touchAddressees(sql`(select * from judged where reason is not null) refused`, at)}),
    called as (${messageCalls(sql`(select *, 'excluded' as state, ${input.sendId}::bigint as send_id from judged where reason is not null)`, at)}),
    queued as (
      insert into outbox (bucket, message_id, send_id, profile_id, lane, channel_key, address, domain, data, state, due_at, queued_at)
      select bucket, message_id, ${input.sendId}::bigint, profile_id, ${input.lane}, ${input.channelKey}, address,
        split_part(lower(address), '@', 2), data, ${input.hold ? 'held' : 'queued'}, ${at}, ${at}
      from judged where reason is null
    )
    select reason, count(*) as count from judged group by reason order by reason`);
}

/** The reasons in the order in which they are looked at; the first that holds is the one a reader sees. */
function reasonOf(input: RecipientsInput): Sql {
  const rules: readonly (readonly [reason: string, condition: Sql])[] = [
    ['no_profile', sql`candidate.profile_id is null`],
    ['duplicate', sql`candidate.nth > 1`],
    ['no_address', sql`candidate.address is null or candidate.address = ''`],
    ['invalid_address', sql`not ${isMailableSql(sql`candidate.address`)}`],
    ['suppressed', sql`suppression.address is not null`],
    [
      'no_consent',
      input.consent === 'none'
        ? sql`false`
        : sql`not ${consentAllowsSql(sql`${input.consent}`, sql`on_channel.status`, sql`on_topic.status`)}`,
    ],
  ];
  return sql`case ${join(
    rules.map(([reason, condition]) => sql`when ${condition} then ${literal(reason)}`),
    ' ',
  )} end`;
}

function addressOf(input: RecipientsInput): Sql {
  return input.addressColumn === undefined
    ? sql`btrim(person.email)`
    : sql`btrim(population.${id(input.addressColumn)}::text)`;
}

function rowDataOf({ rowColumns, constants }: RecipientsInput): Sql {
  const given = sql`${JSON.stringify(constants)}::jsonb`;
  if (rowColumns.length === 0) return given;
  const own = sql`jsonb_build_object(${join(rowColumns.map((name) => sql`${literal(name)}, population.${id(name)}`))})`;
  return Object.keys(constants).length === 0 ? own : sql`${own} || ${given}`;
}

function nthOf(input: RecipientsInput): Sql {
  if (input.perRow) return sql`1`;
  return sql`row_number() over (partition by person.bucket, person.profile_id order by population.ctid)`;
}

function consentJoins(input: RecipientsInput): Sql {
  const onChannel = sql`
    left join consent on_channel on on_channel.bucket = candidate.bucket and on_channel.profile_id = candidate.profile_id
      and on_channel.channel = ${input.channel} and on_channel.topic = ''`;
  return sql`${onChannel}
    left join consent on_topic on on_topic.bucket = candidate.bucket and on_topic.profile_id = candidate.profile_id
      and on_topic.channel = ${input.channel} and on_topic.topic = ${input.topic} and on_topic.topic <> ''`;
}
