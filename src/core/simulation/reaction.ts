import { type EventItem, type ReactionItem, reactionDepth } from '../engine/index.ts';
import type { JourneyInstance } from '../journeys/index.ts';
import type { Json } from '../kernel/index.ts';

/** The events as which reactions to messages are written into the history. */
const REACTIONS: Readonly<Record<string, ReactionItem['reaction']>> = {
  'Email Opened': 'opened',
  'Email Clicked': 'clicked',
  Unsubscribed: 'unsubscribed',
  Complained: 'complained',
};

/**
 * What an event of the history says about a message: of a journey's step it is taken to be about the newest message that the step
 * would have sent to this person.
 */
export function reactionOf(event: EventItem, instances: readonly JourneyInstance[]): ReactionItem | undefined {
  const reaction = Object.hasOwn(REACTIONS, event.name) ? REACTIONS[event.name] : undefined;
  if (reaction === undefined) return undefined;
  const { properties } = event;
  const journey = textOf(properties.journey);
  const step = textOf(properties.step);
  const sentBy = ({ messages }: JourneyInstance) =>
    step !== null && Object.hasOwn(messages, step) ? (messages[step] ?? []) : [];
  const instance = instances.findLast((one) => one.journeyKey === journey && sentBy(one).length > 0);
  const messageId = instance && sentBy(instance).at(-1);
  return {
    kind: 'reaction',
    reaction,
    machine: properties.machine === true,
    messageId: messageId ?? 0,
    campaign: textOf(properties.campaign),
    journey,
    activity: step,
    instanceId: instance?.instanceId ?? null,
    url: textOf(properties.url),
    at: event.occurredAt,
    depth: reactionDepth(instance, messageId ?? 0, event.occurredAt),
  };
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
