import type { TemplateSource } from '../../core/content/index.ts';
import type { FrozenSettings, Lane } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { ensureMonthPartitions, prepared, type Queryable, sql } from '../../platform/sql/index.ts';

/** Whoever makes a partition in the first seconds of a month takes turns: a failed attempt would end the transaction it is in. */
const PARTITION_LOCK = 7_301_014;

/** Makes the log's partition for `now` inside the caller's transaction, when nobody has made it ahead of time. */
export async function ensureMessagePartition(tx: Queryable, now: Instant): Promise<void> {
  const found = await tx.maybeOne(prepared`
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
