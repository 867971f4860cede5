import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/**
 * Waits until no turn of the engine is under way and lets none begin before the commit: what the transaction changes is in force for
 * every turn after it, and for none before.
 */
export async function lockBuckets(tx: Queryable): Promise<void> {
  await tx.execute(sql`select bucket from bucket order by bucket for update`);
}

type VersionAt = { readonly key: string; readonly version: number; readonly now: Instant };

/** Ends what is left of a dry run of this version: it goes live now. */
export async function stopDryRun(tx: Queryable, { key, version, now }: VersionAt): Promise<void> {
  await tx.execute(sql`
    update journey_instance set state = 'ended', wake_at = null, ended_at = ${new Date(now)}, end_reason = 'stopped'
    where bucket = any(array(select bucket from bucket)) and journey_key = ${key} and version = ${version}
      and dry_run and state <> 'ended'`);
}

/** Closes the versions that let people in to everybody. */
export async function closeReplaced(tx: Queryable, { key, version, now }: VersionAt): Promise<void> {
  await tx.execute(sql`
    update journey_version set state = case state when 'live' then 'closed' else state end,
      closed_at = ${new Date(now)}, next_read_at = null, reason = ${`Version ${version} has taken its place.`},
      updated_at = ${new Date(now)}
    where journey_key = ${key} and version <> ${version} and state in ('live', 'paused') and closed_at is null`);
}

export async function insertLive(tx: Queryable, version: VersionAt & { readonly body: string }): Promise<void> {
  const at = new Date(version.now);
  await tx.execute(sql`
    insert into journey_version (journey_key, version, state, body, started_at, updated_at)
    values (${version.key}, ${version.version}, 'live', ${version.body}, ${at}, ${at})
    on conflict (journey_key, version) do update
      set state = 'live', body = excluded.body, started_at = excluded.started_at, ends_at = null, reason = null, updated_at = excluded.updated_at
      where journey_version.state = 'dry_run'`);
}
