import type { FragmentDefinition, TemplateDefinition, TemplateSource } from '../../core/content/index.ts';
import { empty, prepared, type Queryable, sql } from '../../platform/sql/index.ts';

export type TemplateRow = { readonly version: number; readonly body: TemplateDefinition };

/** One version of a template, in any state; without a version the newest published one. */
export function selectTemplate(
  db: Queryable,
  key: string,
  version: number | undefined,
): Promise<TemplateRow | undefined> {
  return db.maybeOne(prepared`
    select version, body from definition
    where kind = 'template' and key = ${key}
      ${version === undefined ? sql`and state = 'published'` : sql`and version = ${version}`}
    order by version desc
    limit 1`);
}

/** The template that a send was prepared with; undefined for a send that kept none. */
export async function selectSendContent(db: Queryable, sendId: number): Promise<TemplateSource | undefined> {
  const row = await db.maybeOne<{ content: TemplateSource | null }>(
    sql`select content from send where send_id = ${sendId}`,
  );
  return row?.content ?? undefined;
}

/** The draft of a template, else its newest version. */
export function selectNewestTemplate(db: Queryable, key: string): Promise<TemplateRow | undefined> {
  return db.maybeOne(sql`
    select version, body from definition
    where kind = 'template' and key = ${key} and state <> 'archived'
    order by version desc
    limit 1`);
}

/** The newest version of every fragment; drafts only when asked for. */
export async function selectFragments(db: Queryable, drafts: boolean): Promise<FragmentDefinition[]> {
  const rows = await db.query<{ body: FragmentDefinition }>(sql`
    select distinct on (key) body from definition
    where kind = 'fragment' and state <> 'archived' ${drafts ? empty : sql`and state = 'published'`}
    order by key, version desc`);
  return rows.map((row) => row.body);
}

export type ProfileRow = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly traits: Readonly<Record<string, unknown>>;
};

const PROFILE = sql`bucket, profile_id, email, phone, locale, time_zone, traits`;

/** The oldest profile with this address. */
export function selectProfileByEmail(db: Queryable, email: string): Promise<ProfileRow | undefined> {
  return db.maybeOne(sql`
    select ${PROFILE} from profile where lower(email) = lower(${email}) order by profile_id limit 1`);
}

export function selectProfileById(db: Queryable, profileId: number): Promise<ProfileRow | undefined> {
  return db.maybeOne(sql`select ${PROFILE} from profile where profile_id = ${profileId} limit 1`);
}
