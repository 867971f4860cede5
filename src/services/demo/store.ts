import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** Whether everything that arrived, was due or was queued is done, and when time alone moves something next. */
export async function lookAround(
  db: Queryable,
  now: Instant,
): Promise<{ readonly quiet: boolean; readonly nextAt: Instant | undefined }> {
  const row = await db.one<{ busy: boolean; next_at: Date | null }>(sql`
    with timer as (
      select least((select min(wake_at) from journey_instance where wake_at is not null),
        (select min(wake_at) from profile_state where wake_at is not null)) as next_at)
    select exists (select 1 from inbox) or exists (select 1 from http_call)
        or exists (select 1 from outbox where state = 'sending' or state = 'queued' and due_at <= ${new Date(now)})
        or coalesce(next_at <= ${new Date(now)}, false) as busy,
      next_at
    from timer`);
  return { quiet: !row.busy, nextAt: row.next_at?.getTime() };
}

export type JourneyMail = {
  readonly bucket: number;
  readonly messageId: number;
  readonly journey: string;
  readonly step: string;
  readonly userId: string;
  readonly receivedAt: Instant;
};

/** What the sandbox got from journeys since an instant. */
export async function selectJourneyMails(db: Queryable, since: Instant): Promise<JourneyMail[]> {
  const rows = await db.query<Omit<JourneyMail, 'receivedAt'> & { received_at: Date }>(sql`
    select m.bucket, m.message_id as "messageId", s.journey_key as journey, s.activity as step, i.value as "userId", m.received_at
    from sandbox_message m
    join send s on s.send_id = m.send_id and s.journey_key is not null
    join identity i on i.profile_bucket = m.bucket and i.profile_id = m.profile_id and i.namespace = 'user_id'
    where m.received_at >= ${new Date(since)}
    order by m.received_at, i.value, s.activity`);
  return rows.map(({ received_at, ...row }) => ({ ...row, receivedAt: received_at.getTime() }));
}

export type JourneyTotals = {
  readonly targeted: number;
  readonly excluded: number;
  readonly sent: number;
  readonly failed: number;
  readonly opened: number;
  readonly clicked: number;
};

/** The counters of all sends of a journey together. */
export async function sumJourneySends(db: Queryable, journey: string): Promise<JourneyTotals> {
  return db.one<JourneyTotals>(sql`
    select coalesce(sum(c.value) filter (where c.name = 'targeted'), 0)::bigint as targeted,
      coalesce(sum(c.value) filter (where c.name = 'excluded'), 0)::bigint as excluded,
      coalesce(sum(c.value) filter (where c.name = 'sent'), 0)::bigint as sent,
      coalesce(sum(c.value) filter (where c.name in ('failed', 'uncertain')), 0)::bigint as failed,
      coalesce(sum(c.value) filter (where c.name = 'opened' and c.reason = 'human'), 0)::bigint as opened,
      coalesce(sum(c.value) filter (where c.name = 'clicked' and c.reason = 'human'), 0)::bigint as clicked
    from send s join send_count c using (send_id) where s.journey_key = ${journey}`);
}

/** Whether anybody was ever in one of the journeys. */
export async function wasPlayed(db: Queryable, journeys: readonly string[]): Promise<boolean> {
  const { played } = await db.one<{ played: boolean }>(sql`
    select exists (select 1 from journey_instance where journey_key = any(${journeys}::text[])) as played`);
  return played;
}

export type Notable = { readonly userId: string; readonly email: string | null; readonly profileId: number };

/** Somebody whose newest instance of a journey ended at a step, or who waits at it: the one who came first. */
export async function findNotable(
  db: Queryable,
  { journey, node, ended }: { readonly journey: string; readonly node: string; readonly ended: boolean },
): Promise<Notable | undefined> {
  return db.maybeOne<Notable>(sql`
    select u.value as "userId", p.email, p.profile_id as "profileId"
    from journey_step t
    join journey_instance i on i.bucket = t.bucket and i.profile_id = t.profile_id and i.instance_id = t.instance_id
    join profile p on p.bucket = t.bucket and p.profile_id = t.profile_id
    join identity u on u.profile_bucket = p.bucket and u.profile_id = p.profile_id and u.namespace = 'user_id'
    where t.journey_key = ${journey} and t.node = ${node} and t.what = 'entered' and (i.state = 'ended') = ${ended}
    order by t.at, u.value limit 1`);
}
