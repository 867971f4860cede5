import type { TemplateSource } from '../../core/content/index.ts';
import type { FrozenSettings, Lane, SendState } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { prepared, type Queryable, sql } from '../../platform/sql/index.ts';

/** A step of one version of a journey. */
export type JourneyStep = { readonly journeyKey: string; readonly version: number; readonly node: string };

export type StandingSend = {
  readonly standingKey: string;
  readonly journey: JourneyStep | undefined;
  readonly channel: string;
  readonly channelKey: string;
  readonly templateKey: string;
  readonly templateVersion: number;
  readonly content: TemplateSource;
  readonly lane: Lane;
  readonly topic: string;
  readonly settings: FrozenSettings;
  readonly now: Instant;
};

export async function findJourneySend(tx: Queryable, of: JourneyStep): Promise<number | undefined> {
  const row = await tx.maybeOne<{ send_id: number }>(sql`
    select send_id from send
    where journey_key = ${of.journeyKey} and journey_version = ${of.version} and activity = ${of.node}`);
  return row?.send_id;
}

export async function findStandingSend(
  tx: Queryable,
  standingKey: string,
): Promise<{ readonly sendId: number; readonly state: SendState } | undefined> {
  return tx.maybeOne(
    prepared`select send_id as "sendId", state from send where standing_key = ${standingKey} and standing`,
  );
}

/** Whoever comes second waits for the first and gets the same send, whichever of the two unique indexes they meet at. */
export async function insertStandingSend(
  tx: Queryable,
  send: StandingSend,
): Promise<{ readonly sendId: number; readonly state: SendState; readonly isNew: boolean }> {
  const at = sql`${new Date(send.now)}::timestamptz`;
  const { journey } = send;
  const made = await tx.maybeOne<{ sendId: number; state: SendState }>(sql`
    insert into send (standing_key, standing, journey_key, journey_version, activity, channel, channel_key, template_key,
      template_version, content, lane, topic, state, settings, created_at, confirmed_at)
    values (${send.standingKey}, true, ${journey?.journeyKey ?? null}, ${journey?.version ?? null}, ${journey?.node ?? null},
      ${send.channel}, ${send.channelKey}, ${send.templateKey}, ${send.templateVersion}, ${JSON.stringify(send.content)}::json,
      ${send.lane}, ${send.topic}, 'sending', ${JSON.stringify(send.settings)}::jsonb, ${at}, ${at})
    on conflict do nothing
    returning send_id as "sendId", state`);
  if (made) return { ...made, isNew: true };
  const known = await tx.one<{ sendId: number; state: SendState }>(sql`
    update send set standing = true where standing_key = ${send.standingKey} returning send_id as "sendId", state`);
  return { ...known, isNew: false };
}

/** Those that have not ended, in the order of their ids. */
export async function listJourneySends(
  tx: Queryable,
  sends: { readonly journeyKey: string; readonly version?: number | undefined },
): Promise<{ sendId: number; state: SendState }[]> {
  return tx.query(sql`
    select send_id as "sendId", state from send
    where journey_key = ${sends.journeyKey} and journey_version = coalesce(${sends.version ?? null}::int, journey_version)
      and state in ('sending', 'paused')
    order by send_id`);
}

export async function clearStanding(
  tx: Queryable,
  sends: { readonly journeyKey: string; readonly version?: number | undefined },
): Promise<void> {
  await tx.execute(sql`
    update send set standing = false
    where journey_key = ${sends.journeyKey} and journey_version = coalesce(${sends.version ?? null}::int, journey_version)`);
}
