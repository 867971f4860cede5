import type { CatalogTable } from '../../core/data/index.ts';
import type { JsonObject } from '../../core/kernel/index.ts';
import type { Identity } from '../../core/profiles/index.ts';
import { id, join, type Queryable, type Sql, sql, type Transaction } from '../../platform/sql/index.ts';
import { tableName } from '../tables/index.ts';

export type Place = { readonly bucket: number; readonly profileId: number };

/** Whom a simulation is about: the people named, or a share of everybody in thousandths. */
export type Crowd = { readonly places: readonly Place[] } | { readonly thousandths: number };

/** A person's share is told by their number alone, so that the same people are in it each time. */
function isWithin(crowd: Crowd, table: string): Sql {
  if ('thousandths' in crowd) return sql`${id(table, 'profile_id')} % 1000 < ${crowd.thousandths}::integer`;
  const { places } = crowd;
  return sql`(${id(table, 'bucket')}, ${id(table, 'profile_id')}) in (
      select * from unnest(${places.map((place) => place.bucket)}::smallint[], ${places.map((place) => place.profileId)}::bigint[]))`;
}

export type PersonRow = Place & {
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly traits: JsonObject;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly suppressed: boolean;
  readonly consents: readonly { channel: string; topic: string; status: 'granted' | 'refused' }[] | null;
};

/** People with what they consented to and whether their address is suppressed, as it is now. */
export function streamPeople(tx: Transaction, crowd: Crowd): AsyncIterable<PersonRow[]> {
  return tx.stream<PersonRow>(
    sql`
    select p.bucket, p.profile_id as "profileId", p.email, p.phone, p.locale, p.time_zone, p.traits, p.created_at, p.updated_at,
      s.address is not null as suppressed,
      (select json_agg(json_build_object('channel', c.channel, 'topic', c.topic, 'status', c.status))
        from consent c where c.bucket = p.bucket and c.profile_id = p.profile_id) as consents
    from profile p left join suppression s on s.channel = 'email' and s.address = lower(btrim(p.email))
    where ${isWithin(crowd, 'p')}`,
    5_000,
  );
}

export async function countPeople(db: Queryable): Promise<number> {
  const { people } = await db.one<{ people: number }>(sql`select count(*) as people from profile`);
  return people;
}

export type OwnedIdentity = Identity & Place;

/** Those of some identities that are somebody's. `buckets` are where they live. */
export async function selectOwners(
  db: Queryable,
  identities: readonly (Identity & { readonly home: number })[],
): Promise<OwnedIdentity[]> {
  return db.query<OwnedIdentity>(sql`
    select i.namespace, i.value, i.profile_bucket as bucket, i.profile_id as "profileId"
    from unnest(${identities.map((one) => one.home)}::smallint[], ${identities.map((one) => one.namespace)}::text[],
      ${identities.map((one) => one.value)}::text[]) k (bucket, namespace, value)
    join identity i on i.bucket = k.bucket and i.namespace = k.namespace and i.value = k.value`);
}

/** All identities of some people. */
export async function selectIdentities(db: Queryable, places: readonly Place[]): Promise<OwnedIdentity[]> {
  return db.query<OwnedIdentity>(sql`
    select i.namespace, i.value, i.profile_bucket as bucket, i.profile_id as "profileId"
    from unnest(${places.map((place) => place.bucket)}::smallint[], ${places.map((place) => place.profileId)}::bigint[])
      k (bucket, profile_id)
    join identity i on i.profile_bucket = k.bucket and i.profile_id = k.profile_id`);
}

export type EventRow = Place & {
  readonly event_id: number;
  readonly name: string;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly properties: JsonObject;
  readonly source: string;
};

/** The history that was received in a window, in the order in which it came. */
export function streamEvents(
  tx: Transaction,
  crowd: Crowd,
  window: { readonly from: Date; readonly until: Date; readonly occurredFrom: Date },
): AsyncIterable<EventRow[]> {
  return tx.stream<EventRow>(
    sql`
    select e.bucket, e.profile_id as "profileId", e.event_id, e.name, e.occurred_at, e.received_at, e.properties, e.source
    from event e
    where ${isWithin(crowd, 'e')} and e.occurred_at >= ${window.occurredFrom} and e.received_at >= ${window.from} and e.received_at <= ${window.until}
    order by e.received_at, e.event_id`,
    5_000,
  );
}

/** What metrics look at and what was known before an instant. */
export function streamHistory(
  tx: Transaction,
  crowd: Crowd,
  { names, before }: { readonly names: readonly string[]; readonly before: Date },
): AsyncIterable<Pick<EventRow, 'bucket' | 'profileId' | 'name' | 'occurred_at' | 'properties'>[]> {
  return tx.stream(
    sql`
    select e.bucket, e.profile_id as "profileId", e.name, e.occurred_at, e.properties
    from event e
    where ${isWithin(crowd, 'e')} and e.name = any(${names}::text[]) and e.received_at < ${before}
    order by e.bucket, e.profile_id, e.occurred_at, e.event_id`,
    5_000,
  );
}

/** When people opened and clicked messages, the first time of each; machines left out. */
export function streamReactions(
  tx: Transaction,
  crowd: Crowd,
  { after, until }: { readonly after: Date; readonly until: Date },
): AsyncIterable<{ readonly profileId: number; readonly first_at: Date }[]> {
  return tx.stream(
    sql`
    select r.profile_id as "profileId", r.first_at
    from reaction r
    where ${isWithin(crowd, 'r')} and r.kind in ('opened', 'clicked') and not r.machine
      and r.first_at > ${after} and r.first_at <= ${until}`,
    5_000,
  );
}

/** The rows of a table, the columns that it declares, as JSON. */
export async function selectRows(db: Queryable, table: CatalogTable, limit: number): Promise<JsonObject[]> {
  const rows = await db.query<{ row: JsonObject }>(sql`
    select (select to_json(shown) from (select ${join(table.columns.map(({ name }) => sql`t.${id(name)}`))}) shown) as row
    from ${tableName(table.key)} t limit ${limit}`);
  return rows.map(({ row }) => row);
}

/** The people of a population, by number. */
export async function selectWho(db: Queryable, population: Sql): Promise<number[]> {
  const rows = await db.query<{ profile_id: number }>(sql`select profile_id from (${population}) people`);
  return rows.map((row) => row.profile_id);
}

/** Of some email addresses those that must not be written to. */
export async function selectSuppressed(db: Queryable, addresses: readonly string[]): Promise<string[]> {
  if (addresses.length === 0) return [];
  const rows = await db.query<{ address: string }>(sql`
    select address from suppression where channel = 'email' and address = any(${addresses}::text[])`);
  return rows.map(({ address }) => address);
}
