import { JourneyDefinition, type VersionState } from '../../core/journeys/index.ts';
import { AppError, notFound, parseDuration, parseWith, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { raiseEpoch } from '../live/index.ts';
import { insertVersion, lockBuckets, lockVersions, selectNewestDefinition } from './store.ts';
import { forgetTriedReads } from './store-read.ts';
import { timesOf } from './times-of.ts';

const DRY_RUN_FOR = '7d';

/**
 * Tries a draft, or a published version that is not in force, on what really happens: people enter and move as they would, beside those
 * in the live version; nothing is sent, called or written. It ends by itself.
 * @throws AppError `not_found`, `conflict` when the version is in force already, or another dry run is under way.
 */
export async function startDryRun(
  ctx: Context,
  input: { readonly key: string; readonly for?: string | undefined },
): Promise<{ readonly key: string; readonly version: number; readonly state: VersionState; readonly endsAt: number }> {
  const { key } = input;
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const newest = await selectNewestDefinition(tx, key);
    if (!newest) throw notFound('journey', key);
    const rows = await lockVersions(tx, key);
    const other = rows.find((row) => row.state === 'dry_run');
    if (other)
      throw new AppError(
        'conflict',
        say('Version {version} of "{key}" is in a dry run; stop it first.', { version: other.version, key }),
      );
    const known = rows.find((row) => row.version === newest.version);
    if (known && known.finished_at === null) {
      throw new AppError(
        'conflict',
        say('Version {version} of "{key}" is {state}; make a draft to try.', {
          version: known.version,
          key,
          state: say(known.state),
        }),
      );
    }
    await lockBuckets(tx);
    const body = parseWith(JourneyDefinition, newest.body, say('The {kind} "{key}"', { kind: say('journey'), key }));
    const { nextReadAt } = timesOf(body, now);
    const endsAt = now + (parseDuration(input.for ?? DRY_RUN_FOR) ?? 0);
    const version = { key, version: newest.version };
    await forgetTriedReads(tx, version);
    await insertVersion(tx, { ...version, state: 'dry_run', body: JSON.stringify(body), endsAt, nextReadAt, now });
    await raiseEpoch(tx);
    return { ...version, state: 'dry_run' as const, endsAt };
  });
}
