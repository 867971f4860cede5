import { inLanguage, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Commanded, commandVersion } from './command.ts';
import type { VersionAddress } from './find-version.ts';
import { cancelReads } from './store-read.ts';

/** Nobody enters any more; who is inside goes on to their end, and then the version is finished. */
export function closeJourney(ctx: Context, address: VersionAddress): Promise<Commanded> {
  return commandVersion(ctx, address, {
    command: 'close',
    reason: inLanguage(say('Closed by a person.')),
    consequences: (tx, version, _row, now) => cancelReads(tx, version, now),
  });
}
