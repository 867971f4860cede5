import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { existsJourney, listVersionRows, type VersionRow } from './store.ts';

/** Which version is meant; when no number is given, the one that lets people in, or else the newest that was ever in force. */
export type VersionAddress = { readonly key: string; readonly version?: number | undefined };

/** @throws AppError `not_found`, `conflict` when the journey was never put in force. */
export async function findVersion(db: Queryable, { key, version }: VersionAddress): Promise<VersionRow> {
  return chooseVersion(await listVersionRows(db, { keys: [key] }), { key, version }, () => existsJourney(db, key));
}

export async function chooseVersion(
  rows: readonly VersionRow[],
  { key, version }: VersionAddress,
  isKnown: () => Promise<boolean>,
): Promise<VersionRow> {
  const found =
    version === undefined
      ? (rows.find((row) => row.state === 'live') ?? rows.find((row) => row.state !== 'dry_run') ?? rows[0])
      : rows.find((row) => row.version === version);
  if (found) return found;
  if (!(await isKnown())) throw notFound('journey', key);
  if (version !== undefined)
    throw notFound(say('version of journey "{journey}" that was in force', { journey: key }), String(version));
  throw new AppError('conflict', say('The journey "{key}" was never published.', { key }));
}

/** Whether somebody may enter a version of the journey, now or when its pause ends. */
export async function letsPeopleIn(db: Queryable, key: string): Promise<boolean> {
  const rows = await listVersionRows(db, { keys: [key], states: ['live', 'paused'] });
  return rows.some((row) => row.closed_at === null);
}
