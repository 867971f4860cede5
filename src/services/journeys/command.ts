import { type HoldMode, moveVersion, type VersionCommand, type VersionState } from '../../core/journeys/index.ts';
import { AppError, type Instant, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import type { VersionKey } from '../instances/index.ts';
import { raiseEpoch } from '../live/index.ts';
import { chooseVersion, type VersionAddress } from './find-version.ts';
import { existsJourney, lockBuckets, lockVersions, setState, type VersionRow } from './store.ts';

export type Commanded = { readonly key: string; readonly version: number; readonly state: VersionState };

/**
 * Applies what a person asks of a version, in one transaction with its consequences, between two turns of the engine: what was decided
 * before the command stands, everything after follows it. @throws AppError `conflict` when the state does not allow it, `not_found`.
 */
export async function commandVersion(
  ctx: Context,
  address: VersionAddress,
  input: {
    readonly command: VersionCommand;
    readonly hold?: HoldMode;
    readonly reason: string | null;
    readonly consequences?: (tx: Transaction, version: VersionKey, row: VersionRow, now: Instant) => Promise<void>;
  },
): Promise<Commanded> {
  const done = await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const rows = await lockVersions(tx, address.key);
    const row = await chooseVersion(rows, address, () => existsJourney(tx, address.key));
    const version = { key: row.journey_key, version: row.version };
    const closed = row.closed_at !== null;
    const moved = moveVersion({ state: row.state, closed }, input.command);
    if (moved.kind !== 'moved') throw new AppError('conflict', moved.reason);
    const other = rows.find((each) => each.state === 'live' && each.version !== row.version);
    if (moved.state === 'live' && other) {
      throw new AppError(
        'conflict',
        say('Version {version} of "{key}" lets people in; close it first.', {
          version: other.version,
          key: row.journey_key,
        }),
      );
    }
    await lockBuckets(tx);
    const hold = moved.state === 'paused' ? (input.hold ?? row.hold ?? 'hold') : null;
    const isClosed = closed || input.command === 'close';
    await setState(tx, version, { state: moved.state, hold, closed: isClosed, reason: input.reason, now });
    await input.consequences?.(tx, version, row, now);
    await raiseEpoch(tx);
    return { ...version, state: moved.state };
  });
  for (const name of ['inbox', 'outbox', 'calls'] as const) ctx.signals.raise(name);
  return done;
}
