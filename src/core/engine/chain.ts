// Owns: how long a chain of causes of our own has become where time or a person stands between two links: a wait in a journey, a mail
// and its opening. Within a turn a chain is counted by the happenings themselves (move-instances).
// Invariants: 1. what somebody outside did begins anew at 0; 2. a link that takes CHAIN_MS or longer ends a chain, so that a weekly letter
// is not one; 3. a step that an instance comes to for the first time is no longer a chain than the instance is: its graph is finite.
import type { JourneyInstance } from '../journeys/index.ts';
import type { Instant } from '../kernel/index.ts';

/** What takes longer than this to cause the next thing is no loop that runs away. */
const CHAIN_MS = 86_400_000;

type Caused = NonNullable<JourneyInstance['caused']>;

/** Someone has come in by the `depth`th cause of ours. */
export function causedEntry(instance: JourneyInstance, depth: number, now: Instant): JourneyInstance {
  return depth === 0 ? instance : { ...instance, caused: { entry: depth, newest: depth, at: now } };
}

/** Something moved the instance on: a cause of ours, or somebody's own doing with a depth of 0. */
export function causedMove(instance: JourneyInstance, depth: number, now: Instant): JourneyInstance {
  const { caused } = instance;
  if (depth === 0 && caused === undefined) return instance;
  return { ...instance, caused: { entry: fresh(caused, now)?.entry ?? 0, newest: depth, at: now } };
}

/** How many causes stand before what the instance does by itself: when its wait is over, when it is answered. */
export function depthOf({ caused }: Pick<JourneyInstance, 'caused'>, now: Instant): number {
  return fresh(caused, now)?.newest ?? 0;
}

/** How many causes of ours stand before something that is done with a message: the message is one of them. */
export function reactionDepth(
  instance: Partial<Pick<JourneyInstance, 'caused' | 'messages'>> | undefined,
  messageId: number,
  at: Instant,
): number {
  const caused = fresh(instance?.caused, at);
  if (caused === undefined) return 1;
  const visit = Object.values(instance?.messages ?? {})
    .find((ids) => ids.includes(messageId))
    ?.indexOf(messageId);
  return (visit === 0 ? caused.entry : caused.newest) + 1;
}

function fresh(caused: Caused | undefined, now: Instant): Caused | undefined {
  return caused !== undefined && now - caused.at < CHAIN_MS ? caused : undefined;
}
