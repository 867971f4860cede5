import type { Definition, DefinitionKind } from '../../core/definitions/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { empty, type Queryable, sql } from '../../platform/sql/index.ts';

export type DefinitionState = 'draft' | 'published' | 'archived';

export type DefinitionRow = {
  readonly kind: DefinitionKind;
  readonly key: string;
  readonly version: number;
  readonly state: DefinitionState;
  readonly body: Definition;
  readonly source: Readonly<Record<string, unknown>> | null;
  /** As it was typed; null when it came as JSON. */
  readonly text: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly published_at: Date | null;
};

/** Changes of definitions take turns: they are rare, they look at each other, and a batch of them touches many. */
const DEFINITIONS_LOCK = 7_301_002;
const COLUMNS = sql`kind, key, version, state, body, source, text, created_at, updated_at, published_at`;

export async function lockDefinitions(tx: Queryable): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${DEFINITIONS_LOCK})`);
}

export function selectVersion(
  db: Queryable,
  at: { readonly kind: DefinitionKind; readonly key: string; readonly version: number },
): Promise<DefinitionRow | undefined> {
  return db.maybeOne(sql`
    select ${COLUMNS} from definition where kind = ${at.kind} and key = ${at.key} and version = ${at.version}`);
}

/** The newest version in one of the given states. */
export function selectNewest(
  db: Queryable,
  kind: DefinitionKind,
  key: string,
  states: readonly DefinitionState[],
): Promise<DefinitionRow | undefined> {
  return db.maybeOne(sql`
    select ${COLUMNS} from definition
    where kind = ${kind} and key = ${key} and state = any(${states})
    order by version desc
    limit 1`);
}

/** The newest published version of a definition; null when there is none. */
export async function selectPublishedVersion(db: Queryable, kind: DefinitionKind, key: string): Promise<number | null> {
  const row = await db.one<{ version: number | null }>(sql`
    select max(version) as version from definition where kind = ${kind} and key = ${key} and state = 'published'`);
  return row.version;
}

/** All versions of one definition, the newest first. */
export function selectVersions(
  db: Queryable,
  kind: DefinitionKind,
  key: string,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<DefinitionRow[]> {
  return db.query(sql`
    select ${COLUMNS} from definition
    where kind = ${kind} and key = ${key} ${page.before === undefined ? empty : sql`and version < ${page.before}`}
    order by version desc
    limit ${page.limit}`);
}

/** The newest version of every definition of the kinds in one of the states, by kind and key. */
export function selectAllNewest(
  db: Queryable,
  kinds: readonly DefinitionKind[],
  states: readonly DefinitionState[],
): Promise<DefinitionRow[]> {
  return db.query(sql`
    select distinct on (kind, key) ${COLUMNS} from definition
    where kind = any(${kinds}) and state = any(${states})
    order by kind, key, version desc`);
}

/** The newest published definitions of the kinds that hold a text somewhere, by kind and key. */
export async function selectPublishedHolding(
  db: Queryable,
  kinds: readonly DefinitionKind[],
  text: string,
): Promise<Definition[]> {
  const rows = await db.query<{ body: Definition }>(sql`
    select body from (
      select distinct on (kind, key) kind, key, body from definition
      where kind = any(${kinds}) and state = 'published'
      order by kind, key, version desc) newest
    where position(${text} in body::text) > 0
    order by kind, key`);
  return rows.map(({ body }) => body);
}

export type DefinitionSummary = {
  readonly kind: DefinitionKind;
  readonly key: string;
  readonly name: string | null;
  readonly published_version: number | null;
  readonly draft_version: number | null;
  readonly updated_at: Date;
};

/** One row per definition; those whose every version is archived only when asked for. */
export function selectSummaries(
  db: Queryable,
  page: {
    readonly kind: DefinitionKind | undefined;
    readonly archived: boolean;
    readonly after: readonly [kind: string, key: string] | undefined;
    readonly limit: number;
  },
): Promise<DefinitionSummary[]> {
  return db.query(sql`
    select kind, key,
      (array_agg(body->>'name' order by version desc))[1] as name,
      max(version) filter (where state = 'published') as published_version,
      max(version) filter (where state = 'draft') as draft_version,
      max(updated_at) as updated_at
    from definition
    where true
      ${page.kind === undefined ? empty : sql`and kind = ${page.kind}`}
      ${page.after === undefined ? empty : sql`and (kind, key) > (${page.after[0]}, ${page.after[1]})`}
    group by kind, key
    ${page.archived ? empty : sql`having bool_or(state <> 'archived')`}
    order by kind, key
    limit ${page.limit}`);
}

type NewVersion = {
  readonly kind: DefinitionKind;
  readonly key: string;
  readonly version: number;
  readonly body: string;
  readonly source: string;
  readonly text: string | null;
  readonly now: Instant;
};

/** Puts the draft in its place: the one there is, or a new one with the next version number. */
export function upsertDraft(tx: Queryable, draft: NewVersion): Promise<DefinitionRow> {
  const at = new Date(draft.now);
  return tx.one(sql`
    insert into definition (kind, key, version, state, body, source, text, created_at, updated_at)
    values (${draft.kind}, ${draft.key}, ${draft.version}, 'draft', ${draft.body}, ${draft.source}, ${draft.text}, ${at}, ${at})
    on conflict (kind, key, version) do update
      set body = excluded.body, source = excluded.source, text = excluded.text, updated_at = excluded.updated_at
      where definition.state = 'draft'
    returning ${COLUMNS}`);
}

export function markPublished(tx: Queryable, draft: DefinitionRow, now: Instant): Promise<DefinitionRow> {
  const at = new Date(now);
  return tx.one(sql`
    update definition set state = 'published', published_at = ${at}, updated_at = ${at}
    where kind = ${draft.kind} and key = ${draft.key} and version = ${draft.version} and state = 'draft'
    returning ${COLUMNS}`);
}

/** The number of versions archived now. */
export function markArchived(tx: Queryable, kind: DefinitionKind, key: string, now: Instant): Promise<number> {
  return tx.execute(sql`
    update definition set state = 'archived', updated_at = ${new Date(now)}
    where kind = ${kind} and key = ${key} and state = 'published'`);
}

/** The number of drafts deleted: 0 or 1. */
export function deleteDraftRow(tx: Queryable, kind: DefinitionKind, key: string): Promise<number> {
  return tx.execute(sql`delete from definition where kind = ${kind} and key = ${key} and state = 'draft'`);
}
