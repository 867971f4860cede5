import type { Instant, Json } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import type { OverVersion } from './live-rules.ts';

/** The epoch of the rules in force. */
export async function selectEpoch(db: Queryable): Promise<number> {
  const [row] = await db.query<{ epoch: number }>(sql`select epoch from live_epoch`, { prompt: true });
  return row?.epoch ?? 0;
}

/** Waits for whoever else is changing the rules in force. Whoever needs buckets as well locks those first. */
export async function lockEpoch(tx: Queryable): Promise<void> {
  await tx.execute(sql`select epoch from live_epoch for update`);
}

/** The newest published version of every audience that has a rule. */
export function selectAudiences(db: Queryable): Promise<{ key: string; version: number; rule: unknown }[]> {
  return db.query(sql`
    select key, version, rule
    from (
      select distinct on (key) key, version, body -> 'rule' as rule from definition
      where kind = 'audience' and state = 'published'
      order by key, version desc) newest
    where rule is not null
    order by key`);
}

/** The newest published version of every computed trait. */
export async function selectComputed(db: Queryable): Promise<unknown[]> {
  const rows = await db.query<{ body: unknown }>(sql`
    select distinct on (key) body from definition
    where kind = 'computed-trait' and state = 'published'
    order by key, version desc`);
  return rows.map(({ body }) => body);
}

export type JourneyRow = {
  readonly key: string;
  readonly version: number;
  readonly state: 'live' | 'paused' | 'closed' | 'dry_run' | 'test';
  readonly hold: 'hold' | 'discard' | null;
  readonly closed: boolean;
  readonly winners: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly test: unknown;
};

/** The versions of journeys in which somebody may be. */
export function selectJourneys(db: Queryable): Promise<JourneyRow[]> {
  return db.query(sql`
    select journey_key as key, version, state, hold, closed_at is not null as closed, winners, body, test
    from journey_version where state in ('live', 'paused', 'closed', 'dry_run', 'test')
    order by journey_key, version`);
}

/** Versions that are over while somebody may still be in them: whoever was to end their people died, or has not come to it. */
export function selectOver(db: Queryable): Promise<(OverVersion & { key: string; version: number })[]> {
  return db.query(sql`
    select journey_key as key, version, case state when 'stopped' then 'stopped' else 'over' end as reason,
      (body ->> 'max_inside')::integer as "maxInside"
    from journey_version where finished_at is not null and emptied_at is null`);
}

/** What whoever changes data has to tell the engine. */
export type Told = {
  readonly eventNames: readonly string[];
  readonly tables: readonly string[];
  readonly savedAudiences: readonly string[];
  readonly messages: boolean;
  readonly people: boolean;
};

export type Watched = Told & { readonly epoch: number };

/** The next epoch, and what whoever changes data has to tell the engine from its commit on. */
export async function updateEpoch(tx: Queryable, watched: Told): Promise<number> {
  const { epoch } = await tx.one<{ epoch: number }>(sql`
    update live_epoch set epoch = epoch + 1, event_names = ${watched.eventNames}::text[], table_names = ${watched.tables}::text[],
      saved_audiences = ${watched.savedAudiences}::text[], asks_messages = ${watched.messages}, watches_people = ${watched.people}
    returning epoch`);
  return epoch;
}

export type RuleRow = {
  readonly kind: 'metric' | 'external' | 'audience' | 'computed';
  readonly id: string;
  /** Changes with the meaning of the rule. */
  readonly meaning: string;
};

/** Makes these the rules in force: what is new, back or another version came with this epoch, what is not among them is gone. */
export async function putRules(tx: Queryable, rules: readonly RuleRow[], epoch: number): Promise<void> {
  const given = sql`
    unnest(${rules.map((rule) => rule.kind)}::text[], ${rules.map((rule) => rule.id)}::text[], ${rules.map((rule) => rule.meaning)}::text[])
      r (kind, id, meaning)`;
  await tx.execute(sql`
    update live_rule l set gone = true, epoch = ${epoch}
    where not gone and not exists (select from ${given} where r.kind = l.kind and r.id = l.id)`);
  await tx.execute(sql`
    insert into live_rule (kind, id, meaning, epoch, since_epoch) select kind, id, meaning, ${epoch}, ${epoch} from ${given}
    on conflict (kind, id) do update set meaning = excluded.meaning, epoch = excluded.epoch, gone = false,
      since_epoch = case when live_rule.gone then excluded.epoch else live_rule.since_epoch end
    where live_rule.gone or live_rule.meaning <> excluded.meaning`);
  // What is gone may be forgotten once no bucket remembers it.
  await tx.execute(sql`delete from live_rule where gone and epoch <= (select min(epoch) from bucket)`);
}

/** The rules in force. */
export function selectRules(db: Queryable): Promise<RuleRow[]> {
  return db.query(sql`select kind, id, meaning from live_rule where not gone`);
}

export type ChangedRule = Pick<RuleRow, 'kind' | 'id'> & {
  readonly gone: boolean;
  /** Was in force before, with another meaning. */
  readonly known: boolean;
};

/** The rules that came into force, changed or went after an epoch. */
export function selectChangedRules(tx: Queryable, after: number): Promise<ChangedRule[]> {
  return tx.query(sql`select kind, id, gone, since_epoch <= ${after} as known from live_rule where epoch > ${after}`);
}

/** The people of a query. */
export function selectPeople(tx: Queryable, people: Sql): Promise<{ bucket: number; profileId: number }[]> {
  return tx.query(sql`select bucket, profile_id as "profileId" from (${people}) people`);
}

/** The people of a query with what their rows come to. */
export function selectTotals(
  tx: Queryable,
  totals: Sql,
): Promise<{ readonly bucket: number; readonly profileId: number; readonly total: Json }[]> {
  return tx.query(sql`select bucket, profile_id as "profileId", total from (${totals}) totals`);
}

/** The lowest epoch among some buckets. */
export async function selectLowestEpoch(tx: Queryable, buckets: readonly number[]): Promise<number> {
  const { epoch } = await tx.one<{ epoch: number }>(
    sql`select min(epoch) as epoch from bucket where bucket = any(${buckets}::smallint[])`,
  );
  return epoch;
}

export async function setEpoch(tx: Queryable, buckets: readonly number[], epoch: number): Promise<void> {
  await tx.execute(sql`update bucket set epoch = ${epoch} where bucket = any(${buckets}::smallint[])`);
}

/** How many buckets there are, and how many of them have been brought up to the rules in force. */
export function selectProgress(db: Queryable): Promise<{ buckets: number; done: number }> {
  return db.one(sql`
    select count(*) as buckets, count(*) filter (where b.epoch = e.epoch) as done from bucket b cross join live_epoch e`);
}

/**
 * A touch for each of some people, in one statement: their memberships are judged again. `people` is a query of (bucket, profile_id)
 * pairs, each once.
 */
export async function insertTouches(
  tx: Queryable,
  people: Sql,
  touch: { readonly cause: string; readonly now: Instant },
): Promise<number> {
  const body = JSON.stringify({ kind: 'touch', cause: touch.cause });
  return tx.execute(sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select bucket, profile_id, ${body}::json, ${new Date(touch.now)}::timestamptz from (${people}) people
    where bucket is not null and profile_id is not null`);
}

const WATCHED = sql`epoch, event_names as "eventNames", table_names as tables, saved_audiences as "savedAudiences",
  asks_messages as messages, watches_people as people`;

/** What the rules in force have to be told of. */
export async function selectWatched(db: Queryable): Promise<Watched> {
  return db.one(sql`select ${WATCHED} from live_epoch`);
}

/** The same, which stays so until the transaction ends. */
export async function holdWatched(tx: Queryable): Promise<Watched> {
  return tx.one(sql`select ${WATCHED} from live_epoch for share`);
}

/**
 * Has every bucket fill once more what reads other things than events among the rules that came into force after an epoch. Older ones
 * are left to the touches that are on their way: filled, they would start no journey.
 */
export async function fillAnew(tx: Queryable, after: number): Promise<void> {
  await tx.execute(sql`
    with raised as (update live_epoch set epoch = epoch + 1 returning epoch)
    update live_rule set epoch = raised.epoch from raised where not gone and kind <> 'metric' and live_rule.epoch > ${after}`);
}

/** Whether an audience is among the rules in force. */
export async function selectLiveAudience(db: Queryable, key: string): Promise<boolean> {
  const row = await db.maybeOne(
    sql`select 1 as found from live_rule where kind = 'audience' and id = ${key} and not gone`,
  );
  return row !== undefined;
}

/** Whether something waits in some bucket since before `since`: an item, or a person whose time has come. */
export async function selectLag(db: Queryable, since: Instant): Promise<boolean> {
  const at = new Date(since);
  const row = await db.maybeOne(sql`
    select 1 as found from bucket b
    where exists (select from (select received_at from inbox i where i.bucket = b.bucket order by inbox_id limit 1) oldest
        where received_at < ${at})
      or exists (select from profile_state s where s.bucket = b.bucket and s.wake_at is not null and s.wake_at < ${at})
    limit 1`);
  return row !== undefined;
}

/**
 * People who are members of an audience and not in the population, or the other way round, and for whom nothing waits: no item, no
 * timer that is due.
 */
export function selectDiffering(
  tx: Queryable,
  input: {
    readonly key: string;
    readonly population: Sql;
    /** Of these people alone. */
    readonly among?: readonly { readonly bucket: number; readonly profileId: number }[];
    readonly limit: number;
    readonly now: Instant;
  },
): Promise<{ bucket: number; profileId: number }[]> {
  const { among } = input;
  const only = among
    ? sql`and (m.bucket, m.profile_id) in (
        select * from unnest(${among.map((one) => one.bucket)}::smallint[], ${among.map((one) => one.profileId)}::bigint[]))`
    : sql``;
  return tx.query(sql`
    with holds as materialized (select bucket, profile_id from (${input.population}) population),
    kept as materialized (select m.bucket, m.profile_id from audience_member m where m.audience_key = ${input.key} ${only}),
    differing as materialized (
      (select * from holds except select * from kept) union all (select * from kept except select * from holds))
    select d.bucket, d.profile_id as "profileId" from differing d
    where not exists (select from inbox i where i.bucket = d.bucket and (i.profile_id = d.profile_id or i.profile_id is null))
      and not exists (select from profile_state s where s.bucket = d.bucket and s.profile_id = d.profile_id and s.wake_at <= ${new Date(input.now)})
    limit ${input.limit}`);
}
