import type { ConsentMode } from '../../core/consent/index.ts';
import type { Lane } from '../../core/deliveries/index.ts';
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import { empty, id, join, literal, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { consentAllowsSql } from '../consent/index.ts';
import { isMailableSql } from '../rules/index.ts';
import { messageCalls } from '../webhooks/index.ts';
import { touchAddressees } from './store-feedback.ts';

export type RecipientsInput = {
  readonly sendId: number;
  /** The population, in schema `work`. */
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

/** How many rows each reason takes, null those that are to be queued, and how many blocks all of them fill. */
export type Judged = {
  readonly counts: readonly { readonly reason: string | null; readonly count: number }[];
  readonly blocks: number;
};

/**
 * Judges every row of the population: who is there twice is not known before all of it is read. The verdicts lie in a table on the
 * side until `dropJudged`, in the same transaction.
 */
export async function judgeRecipients(tx: Queryable, input: RecipientsInput): Promise<Judged> {
  await tx.execute(sql`
    create unlogged table ${judged(input)} as
    with candidate as (
      select coalesce(person.bucket, population.bucket, 0)::smallint as bucket, person.profile_id, ${addressOf(input)} as address,
        ${rowDataOf(input)} as data, ${nthOf(input)} as nth
      from ${id('work', input.table)} population
      left join profile person on person.bucket = population.bucket and person.profile_id = population.profile_id
    )
    select nextval('message_id_seq') as message_id, candidate.bucket, coalesce(candidate.profile_id, 0) as profile_id,
      candidate.address, candidate.data, ${reasonOf(input)} as reason
    from candidate
    ${input.consent === 'none' ? empty : consentJoins(input)}
    left join suppression on suppression.channel = ${input.channel} and suppression.address = lower(candidate.address)`);
  const counts = await tx.query<Judged['counts'][number]>(
    sql`select reason, count(*) as count from ${judged(input)} group by reason order by reason`,
  );
  const { blocks } = await tx.one<{ blocks: number }>(sql`
    select pg_relation_size(${`work."${judgedName(input)}"`}::regclass) / current_setting('block_size')::bigint as blocks`);
  return { counts, blocks };
}

/** Puts the judged rows of some blocks in the outbox or, with the first reason that applies, in the log. */
export async function insertRecipients(
  tx: Queryable,
  input: RecipientsInput,
  piece: { readonly from: number; readonly blocks: number },
): Promise<void> {
  const at = sql`${new Date(input.now)}::timestamptz`;
  const place = (block: number) => sql`${literal(`(${block},0)`)}::tid`;
  await tx.execute(sql`
    with piece as materialized (
      select message_id, bucket, profile_id, address, data, reason from ${judged(input)}
      where ctid >= ${place(piece.from)} and ctid < ${place(piece.from + piece.blocks)}
    ), excluded as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, reason, settled_at)
      select bucket, message_id, ${at}, ${input.sendId}::bigint, profile_id, nullif(address, ''), 'excluded', reason, ${at}
      from piece where reason is not null
    ), touched as (${touchAddressees(sql`(select * from piece where reason is not null) refused`, at)}),
    called as (${messageCalls(sql`(select *, 'excluded' as state, ${input.sendId}::bigint as send_id from piece where reason is not null)`, at)})
    insert into outbox (bucket, message_id, send_id, profile_id, lane, channel_key, address, domain, data, state, due_at, queued_at)
    select bucket, message_id, ${input.sendId}::bigint, profile_id, ${input.lane}, ${input.channelKey}, address,
      split_part(lower(address), '@', 2), data, ${input.hold ? 'held' : 'queued'}, ${at}, ${at}
    from piece where reason is null`);
}

export async function dropJudged(tx: Queryable, input: RecipientsInput): Promise<void> {
  await tx.execute(sql`drop table ${judged(input)}`);
}

const judgedName = ({ sendId }: RecipientsInput) => `s${sendId}_judged`;
const judged = (input: RecipientsInput) => id('work', judgedName(input));

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
