import type { Instant } from '../kernel/index.ts';
import { compileEvent, type PropertyTest } from '../rules/index.ts';
import type { EventTest, GraphAwaited } from './graph.ts';
import type { AdvanceInput, JourneyEvent } from './input.ts';
import type { JourneyInstance } from './instance.ts';
import { type Awaited, isResult, type MessageResult, type Same } from './steps/wait.ts';
import { textsAt } from './values.ts';

/** A test of an event's name and properties. */
export function eventTest(
  names: string | readonly string[],
  where: Readonly<Record<string, PropertyTest>> | undefined,
): EventTest {
  const accepts = compileEvent(names, where);
  return (event, now) => accepts({ name: event.name, at: event.occurredAt, properties: event.properties }, now);
}

/** What is waited for, ready to be matched. */
export function compileAwaited(awaited: Awaited): GraphAwaited {
  if ('event' in awaited) {
    return {
      kind: 'event',
      names: [awaited.event].flat(),
      accepts: eventTest(awaited.event, awaited.where),
      same: pairsOf(awaited.same),
    };
  }
  if ('audience' in awaited) return { kind: 'audience', audience: awaited.audience, on: awaited.on };
  const { message, reaction } = awaited;
  if (isResult(reaction)) {
    // Of other messages the check has refused it.
    return { kind: 'result', step: typeof message === 'string' ? message : '', result: reaction };
  }
  const machine = awaited.machine ?? false;
  if (message === '*') return { kind: 'reaction', of: { kind: 'any' }, reaction, machine };
  if (typeof message === 'string') return { kind: 'reaction', of: { kind: 'step', step: message }, reaction, machine };
  if ('campaign' in message) {
    const { campaign, activity } = message;
    return { kind: 'reaction', of: { kind: 'campaign', campaign, activity }, reaction, machine };
  }
  const { journey, step } = message;
  return { kind: 'reaction', of: { kind: 'journey', journey, step }, reaction, machine };
}

export function pairsOf(same: Same | undefined): (readonly [event: string, entry: string])[] {
  if (same === undefined) return [];
  return typeof same === 'string' ? [[same, same]] : Object.entries(same);
}

type Place = { readonly instance: JourneyInstance; readonly instancePath: string | undefined; readonly now: Instant };

/** Whether the input is what is waited for. */
export function happened(awaited: GraphAwaited, input: AdvanceInput, place: Place): boolean {
  switch (awaited.kind) {
    case 'event':
      return input.kind === 'event' && awaited.accepts(input, place.now) && sameAsEntry(awaited.same, input, place);
    case 'audience':
      return input.kind === 'audience' && input.audience === awaited.audience && input.change === awaited.on;
    case 'reaction':
      return (
        input.kind === 'reaction' &&
        input.reaction === awaited.reaction &&
        input.machine === awaited.machine &&
        isMessageOf(awaited.of, input, place.instance)
      );
    case 'result':
      return (
        input.kind === 'settled' &&
        resultsOf(input).includes(awaited.result) &&
        (place.instance.messages[awaited.step]?.includes(input.messageId) ?? false)
      );
  }
}

/** Each pair has a value in common; the property that tells instances apart is this instance's key. */
function sameAsEntry(
  pairs: readonly (readonly [event: string, entry: string])[],
  event: JourneyEvent,
  { instance, instancePath }: Place,
): boolean {
  return pairs.every(([there, here]) => {
    const own =
      here === instancePath ? [instance.instanceKey] : textsAt(instance.entry.data, here).map(({ text }) => text);
    return textsAt(event.properties, there).some(({ text }) => own.includes(text));
  });
}

type Reaction = Extract<AdvanceInput, { kind: 'reaction' }>;

function isMessageOf(
  of: Extract<GraphAwaited, { kind: 'reaction' }>['of'],
  input: Reaction,
  instance: JourneyInstance,
): boolean {
  switch (of.kind) {
    case 'any':
      return true;
    case 'step':
      return instance.messages[of.step]?.includes(input.messageId) ?? false;
    case 'campaign':
      return input.campaign === of.campaign && (of.activity === undefined || input.activity === of.activity);
    case 'journey':
      return input.journey === of.journey && (of.step === undefined || input.activity === of.step);
  }
}

/** The reason of a message whose address the provider refused for good. */
const HARD_BOUNCE = 'hard_bounce';

type Settled = Extract<AdvanceInput, { kind: 'settled' }>;

/** What became of a message, in the words of wait-for: nothing is known of one that may have gone out, and of one that was taken back. */
export function resultsOf({ state, reason }: Settled): readonly MessageResult[] {
  if (state === 'sent') return ['delivered'];
  if (state === 'failed') return reason === HARD_BOUNCE ? ['bounced', 'failed'] : ['failed'];
  return [];
}

/** Of something that is waited for of a message of a step of this journey: the step, and the name under which it is remembered. */
export function ownMessage(awaited: GraphAwaited): { readonly step: string; readonly name: string } | undefined {
  if (awaited.kind === 'result') return { step: awaited.step, name: awaited.result };
  if (awaited.kind !== 'reaction' || awaited.of.kind !== 'step') return undefined;
  return { step: awaited.of.step, name: reactionName(awaited.reaction, awaited.machine) };
}

/** How a reaction is remembered until a step asks for it. */
export function reactionName(reaction: string, machine: boolean): string {
  return machine ? `${reaction} by a machine` : reaction;
}
