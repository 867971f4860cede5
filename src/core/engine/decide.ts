// Owns: what becomes of people when something happens to them or their time has come: one turn of the engine.
// Does not own: what a metric, an audience or a journey means (core/metrics, core/audiences, core/journeys), and how anything is stored.
// Invariants: 1. same input, same changes; 2. no clock, no chance, no database; 3. people do not see each other; 4. whatever an item
// breaks stays with that item: it becomes a dead letter, and everything else goes on as if it had not come.
import type { Instant } from '../kernel/index.ts';
import type { Changes, IdSource, PersonTurn } from './changes.ts';

export type DecideInput = {
  readonly now: Instant;
  readonly turns: readonly PersonTurn[];
  /** Numbers for new instances, messages and calls. */
  readonly ids: { readonly instance: IdSource; readonly message: IdSource };
  /** How many slots are left of the caps that were asked for, by the name of the counter. */
  readonly slots: ReadonlyMap<string, number>;
};

/** One turn: the items of each person in their order, timers that are due among them, and everything that follows at once. */
export function decide(input: DecideInput): Changes {
  return {
    persons: input.turns.map(({ person }) => ({ before: person, after: person, profile: undefined, consents: [] })),
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
  };
}
