import type { Instant, JsonObject } from '../kernel/index.ts';
import type { Passage } from './effect.ts';
import type { JourneyInstance } from './instance.ts';

/** What becomes of an instance that is moved from outside, as all of its version are at once. */
export type MovedOutside = { readonly instance: JourneyInstance; readonly passages: readonly Passage[] };

/** Ends an instance where it stands, as `advance` does when it is told to; `detail` says more of the reason. */
export function endInstance(
  instance: JourneyInstance,
  reason: string,
  now: Instant,
  detail: JsonObject = {},
): MovedOutside {
  const passages = instance.positions.map(
    ({ node }, at): Passage => ({
      stepNo: instance.stepNo + at,
      node,
      at: now,
      what: 'ended',
      detail: { reason, ...detail },
    }),
  );
  const stepNo = instance.stepNo + passages.length;
  return {
    instance: { ...instance, state: 'ended', positions: [], stepNo, endedAt: now, endReason: reason },
    passages,
  };
}

/** Lets an instance go on that a pause has held: what it was held at is due now. */
export function releaseInstance(instance: JourneyInstance, now: Instant): MovedOutside {
  const positions = instance.positions.map((position) =>
    position.awaits === 'held' ? { ...position, dueAt: now } : position,
  );
  return { instance: { ...instance, state: 'active', positions }, passages: [] };
}
