import type { EventItem, InboxItem } from '../../src/core/engine/index.ts';
import type { Identity } from '../../src/core/profiles/index.ts';
import type { Context } from '../../src/platform/context.ts';
import { bucketOf } from '../../src/platform/crypto.ts';
import { ensureMonthPartitions, sql, type Transaction } from '../../src/platform/sql/index.ts';
import { type ResolvedItem, resolveEvents, runMerges } from '../../src/services/identity/index.ts';
import { putItems } from '../../src/services/ingest/index.ts';

/** `user_id:7` or `anonymous_id:x` as an identity. */
export function identity(text: string): Identity {
  const [namespace = '', value = ''] = text.split(':');
  return { namespace, value };
}

let messages = 0;

export function eventOf(names: readonly string[], given: Partial<EventItem> = {}): EventItem {
  return {
    kind: 'event',
    type: 'track',
    name: 'Seen',
    properties: {},
    traits: {},
    identities: names.map(identity),
    messageId: `m${++messages}`,
    occurredAt: Date.parse('2026-03-01T00:00:00Z') + messages,
    receivedAt: Date.parse('2026-03-01T00:00:00Z') + messages,
    source: 'test',
    ...given,
  };
}

export function homeOf(name: string): number {
  const { namespace, value } = identity(name);
  return bucketOf(namespace, value);
}

/** Puts events into the inboxes of their first identities. */
export async function accept(ctx: Context, events: readonly EventItem[]): Promise<void> {
  const rows = events.flatMap((item) => {
    const [first] = item.identities;
    return first ? [{ bucket: bucketOf(first.namespace, first.value), profileId: null, item }] : [];
  });
  await ctx.db.transaction((tx) => putItems(tx, rows, ctx.clock.now()));
}

type Row = { bucket: number; inboxId: number; profileId: number | null; item: InboxItem };

/**
 * One turn as the engine makes it, of identity alone: takes up to `limit` buckets that nobody holds, resolves what lies in them, and
 * keeps each event in the history of its profile. How many items it took.
 */
export async function turn(ctx: Context, limit = 8): Promise<number> {
  await ensureMonthPartitions(ctx.db, 'event', [Date.parse('2026-03-01T00:00:00Z')]);
  return ctx.db.transaction(async (tx) => {
    const locked = await tx.query<{ bucket: number }>(sql`
      select bucket from bucket where bucket in (select bucket from inbox) order by random() limit ${limit} for update skip locked`);
    const buckets = locked.map((row) => row.bucket);
    const rows = await tx.query<Row>(sql`
      delete from inbox where bucket = any(${buckets}::smallint[])
      returning bucket, inbox_id as "inboxId", profile_id as "profileId", body as item`);
    rows.sort((a, b) => a.inboxId - b.inboxId);
    const answers = await resolveEvents(tx, rows, { now: ctx.clock.now(), buckets: new Set(buckets) });
    await keep(tx, rows, answers, ctx.clock.now());
    return rows.length;
  });
}

async function keep(
  tx: Transaction,
  rows: readonly Row[],
  answers: readonly ResolvedItem[],
  now: number,
): Promise<void> {
  for (const [index, { bucket, item }] of rows.entries()) {
    const answer = answers[index];
    if (answer?.kind === 'forward') {
      await putItems(tx, [{ bucket: answer.bucket, profileId: answer.profileId, item }], now);
    }
    if (answer?.kind !== 'here' || item.kind !== 'event') continue;
    await tx.execute(sql`
      insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
      values (${bucket}, ${answer.profileId}, ${new Date(item.occurredAt)}, ${item.name},
        ${JSON.stringify({ id: item.messageId })}, 'test', ${new Date(now)})`);
  }
}

/** Several workers at once until nothing is left to do, merges among it. */
export async function settle(ctx: Context, workers = 1): Promise<void> {
  const work = async () => {
    for (let idle = 0; idle < 2; ) {
      const done = (await turn(ctx, workers === 1 ? 256 : 8)) + (await runMerges(ctx));
      idle = done === 0 ? idle + 1 : 0;
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  if ((await turn(ctx, 256)) + (await runMerges(ctx)) > 0) await settle(ctx, 1);
}

/** Of each profile its identities in order, and how many events it has. */
export async function people(ctx: Context): Promise<{ names: string[]; events: number }[]> {
  return ctx.db.query(sql`
    select coalesce((select array_agg(i.namespace || ':' || i.value order by i.namespace, i.value) from identity i
        where i.profile_bucket = p.bucket and i.profile_id = p.profile_id), '{}') as names,
      (select count(*) from event e where e.bucket = p.bucket and e.profile_id = p.profile_id) as events
    from profile p order by 1`);
}

export async function clear(ctx: Context): Promise<void> {
  await ctx.db.execute(sql`
    truncate profile, identity, consent, event, inbox, profile_alias, merge_request, profile_sweep, identity_conflict, device,
      group_entity, group_member, audience_member, profile_state, journey_instance, journey_count, journey_refusal, journey_test_person, audience_change, audience_count, reaction_span`);
}
