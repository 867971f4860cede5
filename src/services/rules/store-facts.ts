import type { CatalogLink, CatalogTable } from '../../core/data/index.ts';
import type { Facts, MessageFact, ReactionFact, Row } from '../../core/rules/index.ts';
import { id, join, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { postgresType } from '../tables/index.ts';

/** How many rows of one kind are read for one person; more than a person can have meant. */
const FACTS_MAX = 100_000;

export type Person = { readonly bucket: number; readonly profileId: number };
export type ProfileRow = {
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly traits: Record<string, unknown>;
  readonly created_at: Date;
  readonly updated_at: Date;
};

const whose = ({ bucket, profileId }: Person) => sql`bucket = ${bucket} and profile_id = ${profileId}`;

export function selectProfile(db: Queryable, person: Person): Promise<ProfileRow | undefined> {
  return db.maybeOne(sql`
    select email, phone, locale, time_zone, traits, created_at, updated_at from profile where ${whose(person)}`);
}

export function selectEvents(
  db: Queryable,
  person: Person,
  names: readonly string[],
): Promise<{ name: string; at: Date; properties: Record<string, unknown> }[]> {
  return db.query(sql`
    select name, occurred_at as at, properties from event
    where ${whose(person)} and name = any(${names}::text[])
    order by occurred_at, event_id
    limit ${FACTS_MAX}`);
}

export function selectConsents(db: Queryable, person: Person): Promise<Facts['consents'][number][]> {
  return db.query(sql`select channel, topic, status from consent where ${whose(person)}`);
}

export async function selectMemberships(db: Queryable, person: Person): Promise<string[]> {
  const rows = await db.query<{ key: string }>(
    sql`select audience_key as key from audience_member where ${whose(person)}`,
  );
  return rows.map((row) => row.key);
}

type Dated<Fact> = Omit<Fact, 'at'> & { readonly at: Date };

export function selectMessages(db: Queryable, person: Person): Promise<Dated<MessageFact>[]> {
  return db.query(sql`
    select s.campaign_key as campaign, s.activity, m.state, m.reason, m.settled_at as at
    from message m left join send s on s.send_id = m.send_id
    where m.bucket = ${person.bucket} and m.profile_id = ${person.profileId}
    limit ${FACTS_MAX}`);
}

export function selectReactions(db: Queryable, person: Person): Promise<Dated<ReactionFact>[]> {
  return db.query(sql`
    select s.campaign_key as campaign, s.activity, r.kind, r.machine, r.last_at as at
    from reaction r left join send s on s.send_id = r.send_id
    where r.bucket = ${person.bucket} and r.profile_id = ${person.profileId}
    limit ${FACTS_MAX}`);
}

/** The channels on which one of the addresses must not be written to. */
export async function selectSuppressed(db: Queryable, row: Pick<ProfileRow, 'email' | 'phone'>): Promise<string[]> {
  const rows = await db.query<{ channel: string }>(sql`
    select channel from suppression
    where channel = 'email' and address = lower(btrim(${row.email}::text)) or channel = 'sms' and address = lower(btrim(${row.phone}::text))`);
  return rows.map((found) => found.channel);
}

export function selectOwnedRows(db: Queryable, table: CatalogTable, person: Person): Promise<Row[]> {
  return db.query(sql`
    select ${columnsSql(table)} from ${id('data', table.key)} t
    where _bucket = ${person.bucket} and _profile_id = ${person.profileId}
    limit ${FACTS_MAX}`);
}

/** The rows that a link leads to from any of the given rows. */
export function selectLinkedRows(
  db: Queryable,
  table: CatalogTable,
  link: CatalogLink,
  from: readonly Row[],
): Promise<Row[]> {
  const keys = from.map((row) => Object.fromEntries(link.on.map(([own], index) => [`k${index}`, row[own] ?? null])));
  const matches = link.on.map(([, there], index) => {
    const type = table.columns.find((column) => column.name === there)?.type ?? 'text';
    return sql`${id('t', there)} = (key.value ->> ${`k${index}`}::text)::${postgresType(type)}`;
  });
  return db.query(sql`
    select distinct on (t.ctid) ${columnsSql(table)} from ${id('data', table.key)} t
    join jsonb_array_elements(${JSON.stringify(keys)}::jsonb) key on ${join(matches, ' and ')}
    limit ${FACTS_MAX}`);
}

function columnsSql(table: CatalogTable): Sql {
  const names = table.columns.map((column) => id('t', column.name));
  const hidden = table.identity ? [id('t', '_bucket'), id('t', '_profile_id')] : [];
  return join([...names, ...hidden]);
}
