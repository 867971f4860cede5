import { inLanguage, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { stopJourneySends } from '../deliveries/index.ts';
import { type Commanded, commandVersion } from './command.ts';
import { emptyVersion } from './empty-version.ts';
import type { VersionAddress } from './find-version.ts';
import { cancelReads } from './store-read.ts';

export type Stopped = Commanded & {
  /** People who were inside. */
  readonly ended: number;
  /** Messages that had not left and are excluded as stopped. */
  readonly excluded: number;
};

/**
 * Ends a version for good, with everybody in it. From the commit of the state on nobody moves; the people are ended behind it, and
 * when this process dies meanwhile, by whoever tends journeys.
 */
export async function stopJourney(
  ctx: Context,
  input: VersionAddress & { readonly reason?: string | undefined },
): Promise<Stopped> {
  const reason = input.reason ?? inLanguage(say('Stopped by a person.'));
  let excluded = 0;
  const stopped = await commandVersion(ctx, input, {
    command: 'stop',
    reason,
    consequences: async (tx, version, _row, now) => {
      await cancelReads(tx, version, now);
      const sends = { journeyKey: version.key, version: version.version };
      excluded = await stopJourneySends(tx, ctx, sends, reason);
    },
  });
  return { ...stopped, ended: await emptyVersion(ctx, stopped), excluded };
}
