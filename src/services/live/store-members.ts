// Owns: the SQL that makes memberships what rules say, for all people of some buckets at once.
// Invariant: audience_member and profile_state.audiences say the same.
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql, type Transaction } from '../../platform/sql/index.ts';

type Memberships = {
  readonly buckets: readonly number[];
  readonly key: string;
  /** A query of the (bucket, profile_id) of all who are to be members, of these buckets. */
  readonly population: Sql;
  /** Whether comings and goings are kept in the history; the first filling of an audience is none. */
  readonly recorded: boolean;
  readonly now: Instant;
};

/** Who is in an audience from now on: members that stay keep their `since`. */
export async function replaceMembers(tx: Queryable, input: Memberships): Promise<void> {
  const { buckets, key, population, recorded, now } = input;
  const at = new Date(now);
  await tx.execute(sql`
    with holds as materialized (${population}),
    came as (
      insert into audience_member (bucket, audience_key, profile_id, since)
      select bucket, ${key}::text, profile_id, ${at}::timestamptz from holds
      on conflict (bucket, audience_key, profile_id) do update set run_id = null, since = excluded.since
        where audience_member.run_id is not null
      returning bucket, profile_id),
    went as (
      delete from audience_member m
      where m.bucket = any(${buckets}::smallint[]) and m.audience_key = ${key}
        and not exists (select from holds h where h.bucket = m.bucket and h.profile_id = m.profile_id)
      returning m.bucket, m.profile_id),
    written as (
      insert into profile_state (bucket, profile_id, audiences)
      select bucket, profile_id, json_build_object(${key}::text, ${now}::bigint) from came
      on conflict (bucket, profile_id) do update
        set audiences = (profile_state.audiences::jsonb || excluded.audiences::jsonb)::json),
    cleared as (
      update profile_state s set audiences = (s.audiences::jsonb - ${key}::text)::json
      from went w where s.bucket = w.bucket and s.profile_id = w.profile_id)
    insert into audience_change (bucket, profile_id, at, audience_key, change, cause)
    select bucket, profile_id, ${at}, ${key}, change, 'rule'
    from (select bucket, profile_id, 'entered' as change from came union all select bucket, profile_id, 'left' from went) moved
    where ${recorded}
    on conflict do nothing`);
}

/** Nobody is in these audiences any more; what campaigns saved under their names stays. */
export async function clearMembers(tx: Queryable, buckets: readonly number[], keys: readonly string[]): Promise<void> {
  await tx.execute(sql`
    with went as (
      delete from audience_member
      where bucket = any(${buckets}::smallint[]) and audience_key = any(${keys}::text[]) and run_id is null
      returning bucket, profile_id)
    update profile_state s set audiences = (s.audiences::jsonb - ${keys}::text[])::json
    from (select distinct bucket, profile_id from went) w
    where s.bucket = w.bucket and s.profile_id = w.profile_id`);
}

type Answers = {
  readonly id: string;
  /** A query of the (bucket, profile_id) of all whose answer is not the one of people who were never looked at. */
  readonly population: Sql;
  readonly otherwise: boolean;
  readonly buckets: readonly number[];
};

/** What the database answers to a condition, for everybody: who is answered as those who were never looked at need no entry. */
export async function replaceAnswers(tx: Queryable, { id, population, otherwise, buckets }: Answers): Promise<void> {
  await tx.execute(sql`
    with differing as materialized (${population}),
    written as (
      insert into profile_state (bucket, profile_id, metrics)
      select bucket, profile_id, json_build_object(${id}::text, ${!otherwise}::boolean) from differing
      on conflict (bucket, profile_id) do update
        set metrics = (profile_state.metrics::jsonb || excluded.metrics::jsonb)::json)
    update profile_state s set metrics = (s.metrics::jsonb - ${id}::text)::json
    where s.bucket = any(${buckets}::smallint[]) and (s.metrics -> ${id}::text) is not null
      and not exists (select from differing d where d.bucket = s.bucket and d.profile_id = s.profile_id)`);
}

/** A person as far as time alone can change what a rule says of their traits. */
export type TimedPerson = {
  readonly bucket: number;
  readonly profileId: number;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly traits: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
  readonly updated_at: Date;
};

export function streamPeople(
  tx: Transaction,
  buckets: readonly number[],
  batchSize: number,
): AsyncIterable<TimedPerson[]> {
  return tx.fetch(
    sql`select bucket, profile_id as "profileId", email, phone, locale, time_zone, traits, created_at, updated_at
      from profile where bucket = any(${buckets}::smallint[])`,
    batchSize,
  );
}
