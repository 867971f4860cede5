import {
  type AudienceChange,
  type HistoryEvent,
  historySource,
  type Person,
  type PersonChange,
  type ProfilePatch,
} from '../../core/engine/index.ts';
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import { MetricStates } from '../../core/metrics/index.ts';
import { bigints, jsons, prepared, type Queryable, smallints, texts, timestamps } from '../../platform/sql/index.ts';
import type { Place } from './store-turn.ts';

export type PersonRow = {
  readonly bucket: number;
  readonly profileId: number;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly traits: JsonObject;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly metrics: MetricStates;
  readonly audiences: Readonly<Record<string, Instant>> | null;
  readonly wake_at: Date | null;
};

const bucketsOf = (places: readonly Place[]) => smallints(places.map((place) => place.bucket));
const profilesOf = (places: readonly Place[]) => bigints(places.map((place) => place.profileId));

export async function loadProfiles(tx: Queryable, places: readonly Place[]): Promise<PersonRow[]> {
  const rows = await tx.query<Omit<PersonRow, 'metrics'> & { readonly metrics: string | null }>(prepared`
    select p.bucket, p.profile_id as "profileId", p.email, p.phone, p.locale, p.time_zone, p.traits, p.created_at, p.updated_at,
      s.metrics::text as metrics, s.audiences, s.wake_at
    from unnest(${bucketsOf(places)}::smallint[], ${profilesOf(places)}::bigint[]) k (bucket, profile_id)
      join profile p on p.bucket = k.bucket and p.profile_id = k.profile_id
      left join profile_state s on s.bucket = k.bucket and s.profile_id = k.profile_id`);
  return rows.map((row) => Object.assign(row, { metrics: MetricStates.parse(row.metrics ?? '{}') }));
}

export type ConsentRow = Place & {
  readonly channel: string;
  readonly topic: string;
  readonly status: 'granted' | 'refused';
};

export async function loadConsents(tx: Queryable, places: readonly Place[]): Promise<ConsentRow[]> {
  return tx.query(prepared`
    select c.bucket, c.profile_id as "profileId", c.channel, c.topic, c.status
    from unnest(${bucketsOf(places)}::smallint[], ${profilesOf(places)}::bigint[]) k (bucket, profile_id)
      join consent c on c.bucket = k.bucket and c.profile_id = k.profile_id`);
}

/** Memberships of some audiences that campaigns have saved. */
export async function loadSaved(
  tx: Queryable,
  places: readonly Place[],
  audiences: readonly string[],
): Promise<(Place & { readonly key: string; readonly since: Date })[]> {
  return tx.query(prepared`
    select m.bucket, m.profile_id as "profileId", m.audience_key as key, m.since
    from unnest(${bucketsOf(places)}::smallint[], ${profilesOf(places)}::bigint[]) k (bucket, profile_id)
      cross join unnest(${texts(audiences)}::text[]) a (key)
      join audience_member m on m.bucket = k.bucket and m.audience_key = a.key and m.profile_id = k.profile_id`);
}

/** Of some addresses, named `channel address`, those that must not be written to. */
export async function loadSuppressed(tx: Queryable, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await tx.query<{ name: string }>(prepared`
    select a.name
    from unnest(${texts(names)}::text[]) a (name)
      join suppression s on s.channel = split_part(a.name, ' ', 1) and s.address = substr(a.name, strpos(a.name, ' ') + 1)`);
  return new Set(rows.map((row) => row.name));
}

export async function insertHistory(tx: Queryable, rows: readonly HistoryEvent[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(prepared`
    insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
    select bucket, profile_id, occurred_at, name, properties::jsonb, source, received_at
    from unnest(${bucketsOf(rows)}::smallint[], ${profilesOf(rows)}::bigint[],
      ${timestamps(rows.map((row) => row.event.occurredAt))}::timestamptz[], ${texts(rows.map((row) => row.event.name))}::text[],
      ${texts(rows.map((row) => historySource(row.event)))}::text[], ${timestamps(rows.map((row) => row.event.receivedAt))}::timestamptz[],
      ${jsons(rows.map((row) => JSON.stringify(row.event.properties)))}::json[])
      e (bucket, profile_id, occurred_at, name, source, received_at, properties)`);
}

/**
 * Writes what was said about people into their profiles, name by name: whoever else changes a profile meanwhile keeps what they wrote.
 */
export async function updateProfiles(
  tx: Queryable,
  rows: readonly { readonly place: Place; readonly patch: ProfilePatch }[],
  now: Instant,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(prepared`
    update profile p
    set email = case when d.columns ? 'email' then d.columns ->> 'email' else p.email end,
      phone = case when d.columns ? 'phone' then d.columns ->> 'phone' else p.phone end,
      locale = case when d.columns ? 'locale' then d.columns ->> 'locale' else p.locale end,
      time_zone = case when d.columns ? 'time_zone' then d.columns ->> 'time_zone' else p.time_zone end,
      traits = case when d.without = '[]' then p.traits || d.traits
        else (p.traits || d.traits) - array(select jsonb_array_elements_text(d.without)) end,
      updated_at = greatest(p.updated_at, ${new Date(now)})
    from unnest(
      ${smallints(rows.map((row) => row.place.bucket))}::smallint[], ${bigints(rows.map((row) => row.place.profileId))}::bigint[],
      ${rows.map((row) => JSON.stringify(row.patch.columns))}::jsonb[], ${rows.map((row) => JSON.stringify(row.patch.traits))}::jsonb[],
      ${rows.map((row) => JSON.stringify(row.patch.without))}::jsonb[]) d (bucket, profile_id, columns, traits, without)
    where p.bucket = d.bucket and p.profile_id = d.profile_id`);
}

/** `saved`: audiences that are not the engine's to keep. */
export async function saveStates(tx: Queryable, people: readonly Person[], saved: readonly string[]): Promise<void> {
  if (people.length === 0) return;
  const audiencesOf = ({ audiences }: Person) =>
    Object.fromEntries(saved.length === 0 ? audiences : [...audiences].filter(([key]) => !saved.includes(key)));
  await tx.execute(prepared`
    insert into profile_state (bucket, profile_id, wake_at, metrics, audiences)
    select * from unnest(${bucketsOf(people)}::smallint[], ${profilesOf(people)}::bigint[],
      ${timestamps(people.map((one) => one.wakeAt))}::timestamptz[],
      ${jsons(people.map((one) => one.metrics.toText()))}::json[],
      ${jsons(people.map((one) => JSON.stringify(audiencesOf(one))))}::json[])
    on conflict (bucket, profile_id) do update
      set metrics = excluded.metrics, audiences = excluded.audiences, wake_at = excluded.wake_at`);
}

export async function saveConsents(tx: Queryable, changes: readonly PersonChange[], now: Instant): Promise<void> {
  const rows = changes.flatMap(({ after, consents }) => consents.map((consent) => ({ ...consent, ...after })));
  if (rows.length === 0) return;
  await tx.execute(prepared`
    insert into consent (bucket, profile_id, channel, topic, status, source, updated_at)
    select c.*, 'journey', ${new Date(now)}::timestamptz from unnest(
      ${bucketsOf(rows)}::smallint[], ${profilesOf(rows)}::bigint[],
      ${rows.map((row) => row.channel)}::text[], ${rows.map((row) => row.topic)}::text[], ${rows.map((row) => row.status)}::text[]) c
    on conflict (bucket, profile_id, channel, topic) do update
      set status = excluded.status, source = excluded.source, updated_at = excluded.updated_at`);
}

/** Memberships as they are after the changes of one turn: of several changes of one membership the last one counts. */
export async function saveMembers(tx: Queryable, changes: readonly AudienceChange[]): Promise<void> {
  if (changes.length === 0) return;
  const last = new Map(changes.map((one) => [`${one.bucket} ${one.profileId} ${one.audience}`, one]));
  const of = (change: AudienceChange['change']) => [...last.values()].filter((one) => one.change === change);
  const [entered, left] = [of('entered'), of('left')];
  await tx.execute(prepared`
    with gone as (
      delete from audience_member m
      using unnest(${bucketsOf(left)}::smallint[], ${texts(left.map((one) => one.audience))}::text[], ${profilesOf(left)}::bigint[])
        d (bucket, audience_key, profile_id)
      where m.bucket = d.bucket and m.audience_key = d.audience_key and m.profile_id = d.profile_id)
    insert into audience_member (bucket, audience_key, profile_id, since)
    select * from unnest(${bucketsOf(entered)}::smallint[], ${texts(entered.map((one) => one.audience))}::text[],
      ${profilesOf(entered)}::bigint[], ${timestamps(entered.map((one) => one.at))}::timestamptz[])
    on conflict (bucket, audience_key, profile_id) do update set since = excluded.since`);
}

export async function insertAudienceChanges(tx: Queryable, changes: readonly AudienceChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.execute(prepared`
    insert into audience_change (bucket, profile_id, at, audience_key, change, cause)
    select * from unnest(${bucketsOf(changes)}::smallint[], ${profilesOf(changes)}::bigint[],
      ${timestamps(changes.map((one) => one.at))}::timestamptz[], ${texts(changes.map((one) => one.audience))}::text[],
      ${texts(changes.map((one) => one.change))}::text[], ${texts(changes.map((one) => one.cause))}::text[])
    on conflict do nothing`);
}
