import { empty, type Queryable, sql } from '../../platform/sql/index.ts';
import type { Place } from './store-read.ts';

/** Where a page begins: behind this line. */
export type TimelineCursor = { readonly at: Date; readonly rank: number; readonly id: number };
export type TimelineKind = 'event' | 'message' | 'reaction' | 'move';

/** One line of a timeline; what the body holds depends on the kind. */
export type TimelineRow = TimelineCursor & { readonly kind: TimelineKind; readonly body: Record<string, unknown> };

type Page = {
  readonly before: TimelineCursor | undefined;
  readonly kinds: readonly TimelineKind[];
  /** Of messages only those that did not go out. */
  readonly notSent: boolean;
  readonly limit: number;
};

/** What happened to one person, the newest first: each kind by its own index, as many of each as the page may hold. */
export async function selectTimeline(db: Queryable, place: Place, page: Page): Promise<TimelineRow[]> {
  return db.query<TimelineRow>(sql`
    select at, rank, id, kind, body from (
      (${eventLines(place, page)})
      union all
      (${messageLines(place, page)})
      union all
      (${reactionLines(place, page)})
      union all
      (${moveLines(place, page)})) line
    order by at desc, rank desc, id desc
    limit ${page.limit}`);
}

function behind(page: Page, at: ReturnType<typeof sql>, rank: number, id: ReturnType<typeof sql>) {
  const { before } = page;
  return before === undefined ? empty : sql`and (${at}, ${rank}, ${id}) < (${before.at}, ${before.rank}, ${before.id})`;
}

function eventLines({ bucket, profileId }: Place, page: Page) {
  return sql`
    select e.occurred_at as at, 1 as rank, e.event_id as id, 'event' as kind,
      jsonb_build_object('name', e.name, 'properties', e.properties, 'source', e.source, 'received_at', e.received_at) as body
    from event e
    where e.bucket = ${bucket} and e.profile_id = ${profileId} and ${page.kinds.includes('event')}
      ${behind(page, sql`e.occurred_at`, 1, sql`e.event_id`)}
    order by e.occurred_at desc, e.event_id desc
    limit ${page.limit}`;
}

/** Settled and waiting messages, at the moment when it was decided to write. */
function messageLines({ bucket, profileId }: Place, page: Page) {
  const settled = page.notSent ? sql`and m.state <> 'sent'` : empty;
  return sql`
    select own.at, 2 as rank, own.message_id as id, 'message' as kind,
      jsonb_build_object('message_id', own.message_id, 'state', own.state, 'reason', own.reason, 'detail', own.detail,
        'settled_at', own.settled_at, 'due_at', own.due_at, 'address', own.address, 'template_key', s.template_key,
        'channel', s.channel, 'channel_key', s.channel_key, 'lane', s.lane, 'topic', s.topic, 'campaign_key', s.campaign_key,
        'journey_key', s.journey_key, 'activity', s.activity, 'instance_id', own.instance_id, 'subject', b.subject,
        'mailbox_id', ${bucket}::text || '-' || b.message_id) as body
    from (
        (select m.created_at as at, m.message_id, m.send_id, m.address, m.state, m.reason, m.detail, m.settled_at,
            null::timestamptz as due_at, m.instance_id
          from message m
          where m.bucket = ${bucket} and m.profile_id = ${profileId} and ${page.kinds.includes('message')} ${settled}
            ${behind(page, sql`m.created_at`, 2, sql`m.message_id`)}
          order by m.created_at desc, m.message_id desc
          limit ${page.limit})
        union all
        (select o.queued_at, o.message_id, o.send_id, o.address, o.state, null, null, null, o.due_at, o.instance_id
          from outbox o
          where o.bucket = ${bucket} and o.profile_id = ${profileId} and ${page.kinds.includes('message') && !page.notSent}
            ${behind(page, sql`o.queued_at`, 2, sql`o.message_id`)}
          order by o.queued_at desc, o.message_id desc
          limit ${page.limit})) own
      left join send s using (send_id)
      left join sandbox_message b on b.bucket = ${bucket} and b.message_id = own.message_id`;
}

function reactionLines({ bucket, profileId }: Place, page: Page) {
  return sql`
    select did.at, 3 as rank, did.message_id as id, 'reaction' as kind,
      jsonb_build_object('message_id', did.message_id, 'reactions', did.reactions, 'template_key', s.template_key) as body
    from (
      select r.first_at as at, r.message_id, min(r.send_id) as send_id, jsonb_agg(jsonb_build_object('reaction', r.kind,
        'machine', r.machine, 'times', r.times) order by r.kind, r.machine) as reactions
      from reaction r
      where r.bucket = ${bucket} and r.profile_id = ${profileId} and ${page.kinds.includes('reaction')}
        ${behind(page, sql`r.first_at`, 3, sql`r.message_id`)}
      group by r.first_at, r.message_id
      order by r.first_at desc, r.message_id desc
      limit ${page.limit}) did
    left join send s using (send_id)`;
}

/** What moved the person at one instant: into and out of audiences and journeys. */
function moveLines({ bucket, profileId }: Place, page: Page) {
  return sql`
    select at, 4 as rank, 0 as id, 'move' as kind, jsonb_build_object('moves', jsonb_agg(
      jsonb_build_object('into', into_what, 'key', key, 'change', change, 'cause', cause)
        || case when instance_id is null then '{}' else jsonb_build_object('instance_id', instance_id) end order by key)) as body
    from (
        (select c.at, 'audience' as into_what, c.audience_key as key, c.change, c.cause, null::bigint as instance_id
          from audience_change c
          where c.bucket = ${bucket} and c.profile_id = ${profileId} and ${page.kinds.includes('move')}
            ${page.before === undefined ? empty : sql`and c.at < ${page.before.at}`}
          order by c.at desc
          fetch first ${page.limit} rows with ties)
        union all
        (select w.at, 'journey', i.journey_key, w.change, w.cause, i.instance_id
          from journey_instance i,
            lateral (values (i.entered_at, 'entered', null), (i.ended_at, 'left', i.end_reason)) w (at, change, cause)
          where i.bucket = ${bucket} and i.profile_id = ${profileId} and not i.dry_run and strpos(i.journey_key, '~') = 0 and w.at is not null
            and ${page.kinds.includes('move')} ${page.before === undefined ? empty : sql`and w.at < ${page.before.at}`}
          order by w.at desc
          fetch first ${page.limit} rows with ties)) moved
    group by at
    order by at desc
    limit ${page.limit}`;
}
