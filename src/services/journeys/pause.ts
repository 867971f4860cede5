import type { HoldMode } from '../../core/journeys/index.ts';
import { inLanguage, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { pauseJourneySends } from '../deliveries/index.ts';
import { holdCalls } from '../instances/index.ts';
import { type Commanded, commandVersion } from './command.ts';
import type { VersionAddress } from './find-version.ts';

/**
 * Nobody enters, nothing leaves. Waits go on, and events are heard; who comes to a step that acts is held there, or with `discard`
 * leaves the journey. Messages and calls that are queued stand still. What is in the air is not caught.
 */
export function pauseJourney(
  ctx: Context,
  input: VersionAddress & { readonly hold?: HoldMode | undefined; readonly reason?: string | undefined },
): Promise<Commanded> {
  const reason = input.reason ?? inLanguage(say('Paused by a person.'));
  return commandVersion(ctx, input, {
    command: 'pause',
    hold: input.hold ?? 'hold',
    reason,
    consequences: async (tx, version) => {
      await pauseJourneySends(tx, ctx, { journeyKey: version.key, version: version.version }, reason);
      await holdCalls(tx, version);
    },
  });
}
