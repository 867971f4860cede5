import type { VersionState } from '../../core/journeys/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import { instantText } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { summaryOf, type VersionSummary } from './list.ts';
import { listVersionRows } from './store.ts';
import { selectSavedVersions, sumVersions } from './store-report.ts';

const VERSIONS_MAX = 100;

export type SavedVersion = {
  readonly version: number;
  /** As it stands in force; a draft, or one that was saved and never put in force. */
  readonly state: VersionState | 'draft' | 'unused';
  readonly updated_at: Date;
  /** What became of it in force. */
  readonly summary: VersionSummary | null;
};

/** The newest versions of a journey, drafts included, the newest first. @throws AppError `not_found`. */
export async function listJourneyVersions(ctx: Context, key: string): Promise<SavedVersion[]> {
  const saved = await selectSavedVersions(ctx.db, key, VERSIONS_MAX);
  if (saved.length === 0) throw notFound('journey', key);
  const rows = await listVersionRows(ctx.db, { keys: [key] });
  const counts = await sumVersions(ctx.db, [key], instantText(ctx.clock.now()).slice(0, 10));
  return saved.map(({ version, state, updated_at }) => {
    const row = rows.find((one) => one.version === version);
    const isDryRun = row?.state === 'dry_run';
    return {
      version,
      state: state === 'draft' && !isDryRun ? 'draft' : (row?.state ?? 'unused'),
      updated_at,
      summary: row === undefined ? null : summaryOf(row, counts),
    };
  });
}
