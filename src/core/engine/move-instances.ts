// Owns: which journeys of a person something concerns, and carrying out what their steps want.
// Does not own: what a step means (core/journeys).
// Invariants: 1. who is inside is moved before anybody comes in, so that what lets a person in is not what they wait for; 2. a cause of
// a cause counts one more, and a chain longer than DEPTH_MAX ends; 3. an instance that breaks ends, and hurts nobody else.
import {
  type AdvanceInput,
  type AudienceMove,
  admit,
  advance,
  type Entrant,
  type EntryRefusal,
  entriesOf,
  freedSlots,
  type Invitation,
  type JourneyEvent,
  type JourneyGraph,
  type JourneyInstance,
  matches,
  type World,
  wakeOf,
} from '../journeys/index.ts';
import { type Instant, inLanguage, say } from '../kernel/index.ts';
import { asksHistory } from '../metrics/index.ts';
import { applyEffect } from './apply-effect.ts';
import { causedEntry, causedMove, depthOf } from './chain.ts';
import { IdsExhausted } from './changes.ts';
import { countEntrance, countEntry, countMoves } from './count-moves.ts';
import { askHistory, type Desk, deskFacts, hasSlot, putInstance, report, takeSlot } from './desk.ts';
import { DEPTH_MAX } from './item.ts';
import type { EngineJourney } from './journey-index.ts';

/** Something that happened to the person, as journeys are to hear of it. */
export type Happening = {
  readonly input: Exclude<AdvanceInput, { kind: 'start' | 'continue' | 'timer' | 'end' }> | Invitation;
  /** How many causes of our own stand before it. */
  readonly depth: number;
  /** Whether it lets people in. */
  readonly mayEnter: boolean;
  /** The only journey that is to hear of it: a test that caused it. */
  readonly only?: string | undefined;
  /** The only instance that it concerns. */
  readonly instanceId?: number;
};

/** Times that one instance may come back with an effect of which it must know the outcome, within one turn. */
const OUTCOMES_MAX = 1_000;
const TIMER_ROUNDS_MAX = 10;

/** Tells the journeys of somebody what happened, and then what followed from it, until nothing follows any more. */
export function happen(desk: Desk, happenings: readonly Happening[]): void {
  for (const happening of happenings) desk.queue.push(happening);
  settle(desk);
}

/** Moves on whoever has been waiting for an instant up to `until`, the longest waiting first. */
export function moveDue(desk: Desk, until: Instant): void {
  for (let round = 0; round < TIMER_ROUNDS_MAX; round++) {
    const due = dueBy(desk.person.instances, until);
    for (const { instance } of due) {
      const current = desk.person.instances.find((one) => one.instanceId === instance.instanceId);
      if (current !== instance) continue;
      const moved = step(desk, instance, { kind: 'timer' }, { depth: 0, now: until });
      // A timer that moves nothing would be due for ever.
      if (moved && isStuck(moved, instance, until)) breakOff(desk, moved, new Error('Its timer moves it nowhere.'));
      settle(desk);
    }
    if (due.length === 0) return;
  }
}

type Due = { readonly instance: JourneyInstance; readonly at: Instant };
const NOBODY_DUE: readonly Due[] = [];

function dueBy(instances: readonly JourneyInstance[], until: Instant): readonly Due[] {
  let due: Due[] | undefined;
  for (const instance of instances) {
    const at = wakeOf(instance);
    if (at === undefined || at > until) continue;
    due ??= [];
    due.push({ instance, at });
  }
  return due ? due.sort((a, b) => a.at - b.at) : NOBODY_DUE;
}

function isStuck(after: JourneyInstance, before: JourneyInstance, until: Instant): boolean {
  const at = wakeOf(after);
  return at !== undefined && at <= until && after.stepNo === before.stepNo;
}

function settle(desk: Desk): void {
  for (let next = desk.queue.shift(); next !== undefined; next = desk.queue.shift()) {
    if (next.depth > DEPTH_MAX) {
      if (!isHeard(desk, next)) continue;
      const cut = { max: DEPTH_MAX, place: describe(next) };
      const detail = inLanguage(say('What Carillon itself causes was cut after {max} steps, at {place}.', cut));
      report(desk, 'chain_too_long', detail);
      continue;
    }
    tell(desk, next);
  }
}

function describe({ input }: Happening): string {
  if (input.kind === 'audience') return `"${input.audience}" ${input.change}`;
  if (input.kind === 'enter') return `entering "${input.journey}"`;
  return input.kind === 'event' ? `"${input.name}"` : input.kind;
}

/** Whether anybody would move or come in by it. */
function isHeard(desk: Desk, { input, mayEnter, only }: Happening): boolean {
  if (input.kind !== 'enter') {
    for (const instance of desk.person.instances) {
      const journey = desk.journeys.version(instance.journeyKey, instance.version);
      if (journey && isFor(journey, input, only) && matches(journey.graph, instance, input)) return true;
    }
  }
  if (!mayEnter || !isDoorbell(input)) return false;
  return doorsFor(desk, input, only).some(({ graph }) => entriesOf(graph, input, desk.now).length > 0);
}

function isDoorbell(input: Happening['input']): input is JourneyEvent | AudienceMove | Invitation {
  return input.kind === 'event' || input.kind === 'audience' || input.kind === 'enter';
}

/** What a test causes nobody else hears of, and a test hears of no other events: the journeys besides it go on as if it were not there. */
function isFor({ graph }: EngineJourney, input: Happening['input'], only: string | undefined): boolean {
  if (only !== undefined) return graph.key === only;
  return graph.test === undefined || input.kind !== 'event';
}

function tell(desk: Desk, { input, depth, mayEnter, instanceId, only }: Happening): void {
  if (input.kind !== 'enter') {
    for (const instance of desk.person.instances) {
      if (instance.state === 'ended' || (instanceId !== undefined && instance.instanceId !== instanceId)) continue;
      // An earlier one in the list may have changed it.
      const current = desk.person.instances.find((one) => one.instanceId === instance.instanceId);
      if (!current || current.state === 'ended') continue;
      const journey = desk.journeys.version(current.journeyKey, current.version);
      if (journey && isFor(journey, input, only) && matches(journey.graph, current, input)) {
        step(desk, current, input, { depth, now: desk.now });
      }
    }
  }
  if (mayEnter && isDoorbell(input)) {
    for (const journey of doorsFor(desk, input, only)) {
      for (const entrant of entriesOf(journey.graph, input, desk.now)) letIn(desk, journey, entrant, depth);
    }
  }
}

const NO_DOORS: readonly EngineJourney[] = [];

function doorsFor(
  { journeys }: Desk,
  input: JourneyEvent | AudienceMove | Invitation,
  only: string | undefined,
): readonly EngineJourney[] {
  if (only !== undefined) return journeys.byKey.get(only) ?? NO_DOORS;
  switch (input.kind) {
    case 'event':
      return journeys.byEvent.get(input.name) ?? NO_DOORS;
    case 'audience':
      return journeys.byAudience.get(input.audience) ?? NO_DOORS;
    case 'enter': {
      const doors = journeys.byKey.get(input.journey) ?? NO_DOORS;
      return input.dryRun ? doors.filter(({ dryRun }) => dryRun) : doors;
    }
  }
}

function letIn(desk: Desk, journey: EngineJourney, entrant: Entrant, depth: number): void {
  const { graph, dryRun } = journey;
  if (isShut(journey, entrant)) {
    refuseEntry(desk, journey, entrant, 'paused');
    return;
  }
  const admission = admit({
    graph,
    instances: desk.person.instances.filter(
      (one) => one.journeyKey === graph.key && one.dryRun === dryRun && (!dryRun || one.version === graph.version),
    ),
    entrant,
    instanceId: nextInstanceId(desk),
    dryRun,
    now: desk.now,
  });
  if (admission.kind === 'refused') {
    refuseEntry(desk, journey, entrant, admission.reason);
    return;
  }
  const full = admission.slots.find((slot) => !hasSlot(desk, slot.name, slot.limit));
  if (full) {
    refuseEntry(desk, journey, entrant, full.reason);
    return;
  }
  for (const slot of admission.slots) takeSlot(desk, slot.name, 1);
  for (const replaced of admission.replaces)
    step(desk, replaced, { kind: 'end', reason: 'forced' }, { depth, now: desk.now });
  desk.instanceId = undefined;
  const instance = causedEntry(admission.instance, depth, desk.now);
  putInstance(desk, instance, true);
  countEntrance(desk, journey);
  step(desk, instance, { kind: 'start' }, { depth, now: desk.now });
}

/**
 * A pause lets nobody in but those whom a reading had let go on their way before: it stands still as well, and would not come to them again.
 */
function isShut({ hold }: EngineJourney, { by }: Entrant): boolean {
  if (hold === null) return false;
  return hold === 'discard' || (by !== 'read' && by !== 'business-event');
}

/** A dry run, which would let nobody feel it, only counts. */
function refuseEntry(desk: Desk, journey: EngineJourney, entrant: Entrant, reason: EntryRefusal): void {
  countEntry(desk, journey, 'refused', reason);
  if (journey.dryRun) return;
  const { bucket, profileId } = desk.person;
  const { key: journeyKey, version } = journey.graph;
  const { instanceKey, name } = entrant;
  desk.refusals.push({ bucket, profileId, journeyKey, version, instanceKey, name, reason, at: desk.now });
}

/** A refused entry uses no number. */
function nextInstanceId(desk: Desk): number {
  desk.instanceId ??= desk.room.ids.instance.take();
  return desk.instanceId;
}

type When = { readonly depth: number; readonly now: Instant };

/** What the instance was waiting for anyway follows from what moved it before. */
const OWN: ReadonlySet<AdvanceInput['kind']> = new Set(['start', 'timer', 'settled', 'response', 'answer', 'continue']);

/** Moves one instance as far as it goes; answers how it stands then. */
function step(desk: Desk, before: JourneyInstance, first: AdvanceInput, when: When): JourneyInstance | undefined {
  const journey = desk.journeys.version(before.journeyKey, before.version);
  if (!journey) return undefined;
  const { graph } = journey;
  let instance = before;
  let input: AdvanceInput | undefined = first;
  const isOwn = OWN.has(first.kind);
  const depth = isOwn ? Math.max(when.depth, depthOf(before, when.now)) : when.depth;
  try {
    for (let count = 0; input !== undefined; count++) {
      if (count > OUTCOMES_MAX) throw new Error('It asks for the outcome of one effect after the other.');
      const moved = advance({ graph, instance, input, world: worldOf(desk, journey), now: when.now });
      countMoves(desk, journey, { before: instance, after: moved.instance, passages: moved.passages });
      const isMoved = !isOwn && moved.instance.stepNo !== instance.stepNo;
      instance = isMoved ? causedMove(moved.instance, depth, when.now) : moved.instance;
      putInstance(desk, instance);
      input = undefined;
      for (const effect of moved.effects) {
        const outcome = applyEffect(desk, { journey, instance, effect, depth });
        if (effect === moved.pending && outcome) input = { kind: 'continue', key: effect.key, outcome };
      }
      if (moved.pending && input === undefined) throw new Error(`Nothing became of the effect ${moved.pending.key}.`);
    }
  } catch (error) {
    if (error instanceof IdsExhausted) throw error;
    return breakOff(desk, instance, error);
  }
  if (instance.state !== 'ended' && graph.exits.some((exit) => isUnsure(exit, desk))) askHistory(desk);
  if (instance.state === 'ended' && !instance.dryRun) for (const name of freedSlots(graph)) takeSlot(desk, name, -1);
  return instance;
}

/** Whether an exit may have come true without being seen. */
function isUnsure(exit: JourneyGraph['exits'][number], { person, now }: Desk): boolean {
  return exit.kind === 'rule' && asksHistory(exit.streaming, person.metrics, now);
}

/** Ends an instance that cannot go on, and reports it. */
function breakOff(desk: Desk, instance: JourneyInstance, error: unknown): JourneyInstance {
  const journey = desk.journeys.version(instance.journeyKey, instance.version);
  const ended: JourneyInstance = { ...instance, state: 'ended', positions: [], endedAt: desk.now, endReason: 'error' };
  const passages = instance.positions.map(({ node }, at) => ({
    stepNo: instance.stepNo + at,
    node,
    at: desk.now,
    what: 'ended' as const,
    detail: { reason: 'error', error: messageOf(error) },
  }));
  const after = { ...ended, stepNo: instance.stepNo + passages.length };
  if (journey) {
    countMoves(desk, journey, { before: instance, after, passages });
    if (!instance.dryRun) for (const name of freedSlots(journey.graph)) takeSlot(desk, name, -1);
  }
  putInstance(desk, after);
  report(desk, 'not_processable', `Journey "${after.journeyKey}" broke and ended for this person: ${messageOf(error)}`);
  return after;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function worldOf(desk: Desk, { hold, winners }: EngineJourney): World {
  return {
    profileId: desk.person.profileId,
    facts: deskFacts(desk),
    metrics: desk.person.metrics,
    ...(hold === null ? {} : { paused: hold }),
    ...(winners === undefined ? {} : { winners }),
  };
}
