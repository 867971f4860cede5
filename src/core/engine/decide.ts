// Owns: what becomes of people when something happens to them or their time has come: one turn of the engine.
// Does not own: what a metric, an audience or a journey means (core/metrics, core/audiences, core/journeys), and how anything is stored.
// Invariants: 1. same input, same changes; 2. no clock, no chance, no database; 3. people do not see each other; 4. whatever an item
// breaks stays with that item: it becomes a dead letter, and everything else goes on as if it had not come.
import type { Instant } from '../kernel/index.ts';
import { applyItem, isItsTime, letTimePass } from './apply-item.ts';
import {
  type Changes,
  type DeadLetter,
  type IdSource,
  IdsExhausted,
  type PersonTurn,
  type TurnItem,
} from './changes.ts';
import { type Desk, type EngineRules, openDesk } from './desk.ts';

export type DecideInput = {
  readonly now: Instant;
  readonly rules: EngineRules;
  readonly turns: readonly PersonTurn[];
  /** Numbers for new instances and messages. */
  readonly ids: { readonly instance: IdSource; readonly message: IdSource };
  /** How many slots are taken of the caps that were asked for, by the name of the counter. */
  readonly slots: ReadonlyMap<string, number>;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** One turn: the items of each person in their order, timers that are due among them, and everything that follows at once. */
export function decide(input: DecideInput): Changes {
  const changes: Mutable<Changes> = {
    persons: [],
    history: [],
    audienceChanges: [],
    instances: [],
    passages: [],
    counts: [],
    messages: [],
    calls: [],
    inbox: [],
    deadLetters: [],
    taken: new Map(),
    missing: [],
    traitsDropped: 0,
  };
  for (const turn of input.turns) keep(changes, turn, decideOne(input, turn));
  return changes;
}

/** An item that breaks is left out, and the person's turn begins anew without it. */
function decideOne(input: DecideInput, turn: PersonTurn): Desk {
  const broken = new Map<TurnItem, unknown>();
  for (;;) {
    const desk = openDesk(turn.person, input);
    let at: TurnItem | undefined;
    try {
      for (const one of turn.items) {
        if (broken.has(one)) continue;
        at = one;
        letTimePass(desk, isItsTime(one.item, input.now));
        applyItem(desk, one);
      }
      at = undefined;
      letTimePass(desk, input.now);
    } catch (error) {
      if (error instanceof IdsExhausted || at === undefined) throw error;
      broken.set(at, error);
      continue;
    }
    for (const [one, error] of broken) desk.deadLetters.push(deadLetter(turn, one, error));
    return desk;
  }
}

function deadLetter({ person }: PersonTurn, { inboxId, item }: TurnItem, error: unknown): DeadLetter {
  const detail = error instanceof Error ? error.message : String(error);
  return { bucket: person.bucket, profileId: person.profileId, inboxId, item, reason: 'not_processable', detail };
}

function keep(changes: Mutable<Changes>, turn: PersonTurn, desk: Desk): void {
  changes.persons.push({
    before: turn.person,
    after: desk.person,
    profile: desk.patch,
    consents: [...desk.consents.values()],
  });
  for (const one of desk.history) changes.history.push(one);
  for (const one of desk.audienceChanges) changes.audienceChanges.push(one);
  for (const one of desk.inbox) changes.inbox.push(one);
  for (const one of desk.deadLetters) changes.deadLetters.push(one);
  changes.traitsDropped += desk.traitsDropped;
}
