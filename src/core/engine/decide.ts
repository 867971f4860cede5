// Owns: what becomes of people when something happens to them or their time has come: one turn of the engine.
// Does not own: what a metric, an audience or a journey means (core/metrics, core/audiences, core/journeys), and how anything is stored.
// Invariants: 1. same input, same changes; 2. no clock, no chance, no database; 3. people do not see each other; 4. whatever an item
// breaks stays with that item: it becomes a dead letter, and everything else goes on as if it had not come.
import { applyItem, isItsTime, letTimePass } from './apply-item.ts';
import { type Changes, type DeadLetter, IdsExhausted, type PersonTurn, type TurnItem } from './changes.ts';
import { type Desk, openDesk, type Room } from './desk.ts';
import type { Person } from './person.ts';

export type DecideInput = Omit<Room, 'taken' | 'takenBefore'> & {
  readonly turns: readonly PersonTurn[];
  /** Slots that earlier parts of the same turn took, where it is decided in parts. */
  readonly taken?: ReadonlyMap<string, number>;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
type Draft = Mutable<Omit<Changes, 'taken' | 'missing'>> & {
  readonly taken: Map<string, number>;
  readonly missing: { readonly slots: string[]; readonly addresses: string[] };
};

/** One turn: the items of each person in their order, timers that are due among them, and everything that follows at once. */
export function decide(input: DecideInput): Changes {
  const changes = noChanges();
  const room: Room = { ...input, takenBefore: input.taken, taken: changes.taken };
  for (const turn of input.turns) keep(changes, turn, decideOne(room, turn));
  return { ...changes, counts: addUp(changes.counts) };
}

/** The changes of a turn that was decided in parts. */
export function joinChanges(parts: readonly Changes[]): Changes {
  const joined = noChanges();
  for (const part of parts) {
    for (const list of LISTS) for (const one of part[list]) (joined[list] as unknown[]).push(one);
    for (const [name, count] of part.taken) joined.taken.set(name, (joined.taken.get(name) ?? 0) + count);
    joined.missing.slots.push(...part.missing.slots);
    joined.missing.addresses.push(...part.missing.addresses);
    joined.traitsDropped += part.traitsDropped;
  }
  return { ...joined, counts: addUp(joined.counts) };
}

const LISTS = [
  'persons',
  'history',
  'audienceChanges',
  'instances',
  'passages',
  'counts',
  'refusals',
  'messages',
  'calls',
  'inbox',
  'deadLetters',
] as const;

function noChanges(): Draft {
  return {
    persons: [],
    history: [],
    audienceChanges: [],
    instances: [],
    passages: [],
    counts: [],
    refusals: [],
    messages: [],
    calls: [],
    inbox: [],
    deadLetters: [],
    taken: new Map(),
    missing: { slots: [], addresses: [] },
    traitsDropped: 0,
  };
}

/** An item that breaks is left out, and the person's turn begins anew without it. */
function decideOne(room: Room, turn: PersonTurn): Desk {
  const broken = new Map<TurnItem, unknown>();
  for (;;) {
    const desk = openDesk(turn.person, room);
    try {
      for (const one of turn.items) {
        if (broken.has(one)) continue;
        desk.item = one;
        letTimePass(desk, isItsTime(one.item, room.now));
        applyItem(desk, one);
      }
      desk.item = undefined;
      letTimePass(desk, room.now);
    } catch (error) {
      if (error instanceof IdsExhausted || desk.item === undefined) throw error;
      broken.set(desk.item, error);
      continue;
    }
    for (const [one, error] of broken) desk.deadLetters.push(deadLetter(turn, one, error));
    return desk;
  }
}

function deadLetter({ person }: PersonTurn, { inboxId, item }: TurnItem, error: unknown): DeadLetter {
  const { bucket, profileId } = person;
  const detail = error instanceof Error ? error.message : String(error);
  return { bucket, profileId, applied: false, inboxId, item, reason: 'not_processable', detail };
}

const NO_CONSENTS: Person['consents'] = [];

function keep(changes: Draft, { person }: PersonTurn, desk: Desk): void {
  const { bucket, profileId } = person;
  const consents = desk.consents ? [...desk.consents.values()] : NO_CONSENTS;
  changes.persons.push({ before: person, after: desk.person, profile: desk.patch, consents });
  for (const one of desk.history) changes.history.push(one);
  for (const one of desk.audienceChanges) changes.audienceChanges.push(one);
  for (const one of desk.instances?.values() ?? []) changes.instances.push({ bucket, profileId, ...one });
  for (const one of desk.passages) changes.passages.push(one);
  for (const one of desk.counts) changes.counts.push(one);
  for (const one of desk.refusals) changes.refusals.push(one);
  for (const one of desk.messages) changes.messages.push(one);
  for (const one of desk.calls) changes.calls.push(one);
  for (const one of desk.inbox) changes.inbox.push(one);
  for (const one of desk.deadLetters) changes.deadLetters.push(one);
  for (const [name, count] of desk.taken ?? []) changes.taken.set(name, (changes.taken.get(name) ?? 0) + count);
  for (const name of desk.missingSlots ?? []) changes.missing.slots.push(name);
  for (const name of desk.missingAddresses ?? []) changes.missing.addresses.push(name);
  changes.traitsDropped += desk.traitsDropped;
}

/** One count per counter; what cancels out is left out. */
function addUp(counts: Changes['counts']): Changes['counts'] {
  if (counts.length === 0) return counts;
  const sums = new Map<string, Changes['counts'][number]>();
  for (const one of counts) {
    const name = `${one.journeyKey}\0${one.version}\0${one.node}\0${one.name}\0${one.outlet}`;
    const known = sums.get(name);
    sums.set(name, known ? { ...known, value: known.value + one.value } : one);
  }
  return [...sums.values()].filter(({ value }) => value !== 0);
}
