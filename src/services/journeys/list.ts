import { describeEntry } from '../../core/journeys/index.ts';
import type { LanguageCode } from '../../core/kernel/index.ts';
import { instantText } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { listVersionRows, type VersionRow } from './store.ts';
import { listReadRows, type ReadRow } from './store-read.ts';
import { type CountRow, type JourneySummaryRow, listJourneyRows, sumVersions } from './store-report.ts';

export type VersionSummary = Pick<
  VersionRow,
  'version' | 'state' | 'hold' | 'started_at' | 'closed_at' | 'ends_at' | 'finished_at' | 'reason' | 'next_read_at'
> & {
  readonly entered: number;
  /** Instances inside now. */
  readonly inside: number;
  readonly ended: number;
  /** Those who were moved to another version and are counted there. */
  readonly moved: number;
  readonly refused: number;
};

export type JourneySummary = Omit<JourneySummaryRow, 'entry'> & {
  /** How people come in, in words. */
  readonly entry: string;
  /** People who came in since midnight in UTC, into whatever version. */
  readonly entered_today: number;
  /** Those in which somebody may be, the newest first. */
  readonly versions: readonly VersionSummary[];
};

/** Journeys by key, each with its versions in force. */
export async function listJourneys(
  ctx: Context,
  page: { readonly after?: string | undefined; readonly limit: number; readonly language?: LanguageCode },
): Promise<JourneySummary[]> {
  const rows = await listJourneyRows(ctx.db, { after: page.after, limit: page.limit });
  const keys = rows.map(({ key }) => key);
  const versions = await listVersionRows(ctx.db, { keys, states: ['live', 'paused', 'closed', 'dry_run'] });
  const today = instantText(ctx.clock.now()).slice(0, 10);
  const counts = await sumVersions(ctx.db, keys, today);
  return rows.map((row) => ({
    ...row,
    entry: describeEntry(row.entry, page.language),
    entered_today: counts
      .filter((it) => it.journey_key === row.key && it.name === 'entered-on' && it.outlet === today)
      .reduce((sum, it) => sum + it.value, 0),
    versions: versions.filter((each) => each.journey_key === row.key).map((each) => summaryOf(each, counts)),
  }));
}

/** Readings of a journey's audience, the newest first. */
export function listReads(
  ctx: Context,
  page: { readonly key: string; readonly before?: number | undefined; readonly limit: number },
): Promise<ReadRow[]> {
  return listReadRows(ctx.db, { key: page.key, before: page.before, limit: page.limit });
}

export function summaryOf(row: VersionRow, counts: readonly CountRow[]): VersionSummary {
  const prefix = row.state === 'dry_run' ? 'dry:' : '';
  const total = (name: string) =>
    counts
      .filter((it) => it.journey_key === row.journey_key && it.version === row.version && it.node === '')
      .filter((it) => it.name === `${prefix}${name}`)
      .reduce((sum, it) => sum + it.value, 0);
  const [entered, ended, moved] = [total('entered'), total('ended'), total('migrated')];
  const { version, state, hold, started_at, closed_at, ends_at, finished_at, reason, next_read_at } = row;
  return {
    ...{ version, state, hold, started_at, closed_at, ends_at, finished_at, reason, next_read_at },
    entered,
    inside: entered - ended - moved,
    ended,
    moved,
    refused: total('refused'),
  };
}
