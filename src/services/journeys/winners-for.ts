import { type JourneyDefinition, keptWinners } from '../../core/journeys/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { selectBody, type VersionRow } from './store.ts';

/**
 * The winners with which a version is put in force: those that somebody has set in the version before, and in a dry run of this one.
 * `rows` are all versions of the journey, the newest first.
 */
export async function winnersFor(
  db: Queryable,
  rows: readonly VersionRow[],
  body: JourneyDefinition,
): Promise<Readonly<Record<string, string>>> {
  const [tried, before] = [rows.find(isTried), rows.find((row) => !isTried(row))];
  const winners: Record<string, string> = {};
  for (const row of [before, tried]) {
    if (row === undefined || Object.keys(row.winners).length === 0) continue;
    const was = await selectBody(db, { key: row.journey_key, version: row.version });
    if (was) Object.assign(winners, keptWinners({ steps: was.steps, winners: row.winners }, body));
  }
  return winners;
}

function isTried({ state }: VersionRow): boolean {
  return state === 'dry_run';
}
