import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type SourceKind = 'write_key' | 'webhook';

export type SourceRow = {
  readonly source_id: number;
  readonly name: string;
  readonly kind: SourceKind;
  readonly key_hint: string;
  readonly settings: unknown;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  readonly last_seen_at: Date | null;
};

export type SourceWithCounts = SourceRow & {
  /** Of the last seven days. */
  readonly accepted: number;
  readonly rejected: number;
};

export type UnknownKeyRow = {
  readonly day: string;
  readonly key_hint: string;
  readonly attempts: number;
  readonly last_seen_at: Date;
};

const COLUMNS = sql`source_id, name, kind, key_hint, settings, created_at, revoked_at, last_seen_at`;

/** Undefined when a source of this name is in use. */
export function insertSource(
  db: Queryable,
  source: {
    readonly name: string;
    readonly kind: SourceKind;
    readonly keyHash: Buffer;
    readonly keyHint: string;
    readonly settings: object;
    readonly now: Instant;
  },
): Promise<SourceRow | undefined> {
  return db.maybeOne<SourceRow>(sql`
    insert into source (name, kind, key_hash, key_hint, settings, created_at)
    values (${source.name}, ${source.kind}, ${source.keyHash}, ${source.keyHint}, ${JSON.stringify(source.settings)},
      ${new Date(source.now)})
    on conflict (name) where revoked_at is null do nothing
    returning ${COLUMNS}`);
}

/** 0 when there is no such source in use. */
export function updateSettings(db: Queryable, sourceId: number, settings: object): Promise<number> {
  return db.execute(sql`
    update source set settings = ${JSON.stringify(settings)}
    where source_id = ${sourceId} and kind = 'webhook' and revoked_at is null`);
}

export function selectSources(
  db: Queryable,
  page: { readonly after: number | undefined; readonly limit: number; readonly sinceDay: string },
): Promise<SourceWithCounts[]> {
  return db.query<SourceWithCounts>(sql`
    select s.source_id, s.name, s.kind, s.key_hint, s.settings, s.created_at, s.revoked_at, s.last_seen_at,
      coalesce(c.accepted, 0)::bigint as accepted, coalesce(c.rejected, 0)::bigint as rejected
    from source s
    left join (
      select source_id, sum(accepted) as accepted, sum(rejected) as rejected
      from source_count where day >= ${page.sinceDay}::date group by source_id
    ) c using (source_id)
    where s.source_id > ${page.after ?? 0}
    order by s.source_id
    limit ${page.limit}`);
}

export function selectSource(db: Queryable, sourceId: number): Promise<SourceRow | undefined> {
  return db.maybeOne<SourceRow>(sql`select ${COLUMNS} from source where source_id = ${sourceId}`);
}

export function selectSettingsOf(db: Queryable, name: string): Promise<{ readonly settings: unknown } | undefined> {
  return db.maybeOne(sql`
    select settings from source where name = ${name} and kind = 'webhook' order by source_id desc limit 1`);
}

/** The sources in use, with the hashes of their keys in hex. */
export function selectKeys(
  db: Queryable,
): Promise<{ source_id: number; name: string; kind: SourceKind; settings: unknown; key_hash: string }[]> {
  return db.query(sql`
    select source_id, name, kind, settings, encode(key_hash, 'hex') as key_hash from source where revoked_at is null`);
}

export function markRevoked(db: Queryable, sourceId: number, now: Instant): Promise<number> {
  return db.execute(sql`
    update source set revoked_at = ${new Date(now)} where source_id = ${sourceId} and revoked_at is null`);
}

export type SourceTally = { readonly sourceId: number; readonly accepted: number; readonly rejected: number };

export async function raiseCounts(tx: Queryable, tallies: readonly SourceTally[], now: Instant): Promise<void> {
  if (tallies.length === 0) return;
  const seen = new Date(now);
  const ids = sql`${tallies.map((tally) => tally.sourceId)}::integer[]`;
  await tx.execute(sql`
    insert into source_count (source_id, day, accepted, rejected)
    select source_id, ${seen.toISOString().slice(0, 10)}::date, accepted, rejected
    from unnest(${ids}, ${tallies.map((tally) => tally.accepted)}::bigint[],
      ${tallies.map((tally) => tally.rejected)}::bigint[]) t (source_id, accepted, rejected)
    order by source_id
    on conflict (source_id, day) do update
      set accepted = source_count.accepted + excluded.accepted, rejected = source_count.rejected + excluded.rejected`);
  await tx.execute(sql`
    update source set last_seen_at = greatest(last_seen_at, ${seen}) where source_id = any (${ids})`);
}

export async function raiseUnknownKeys(
  tx: Queryable,
  attempts: readonly { readonly keyHint: string; readonly attempts: number }[],
  now: Instant,
): Promise<void> {
  if (attempts.length === 0) return;
  const seen = new Date(now);
  await tx.execute(sql`
    insert into unknown_key (day, key_hint, attempts, last_seen_at)
    select ${seen.toISOString().slice(0, 10)}::date, key_hint, attempts, ${seen}
    from unnest(${attempts.map((one) => one.keyHint)}::text[], ${attempts.map((one) => one.attempts)}::bigint[])
      t (key_hint, attempts)
    order by key_hint
    on conflict (day, key_hint) do update
      set attempts = unknown_key.attempts + excluded.attempts, last_seen_at = excluded.last_seen_at`);
}

export function selectUnknownKeys(db: Queryable, limit: number): Promise<UnknownKeyRow[]> {
  return db.query<UnknownKeyRow>(sql`
    select day, key_hint, attempts, last_seen_at from unknown_key order by day desc, attempts desc, key_hint limit ${limit}`);
}
