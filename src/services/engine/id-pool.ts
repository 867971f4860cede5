import { type IdSource, IdsExhausted } from '../../core/engine/index.ts';

/** Numbers of a sequence, drawn ahead: a turn must not ask the database for each. What is not used is lost, which a sequence is for. */
export type IdPool = IdSource & {
  /** Draws so many that the next turn does not run out again. */
  refill(): Promise<void>;
};

const FIRST = 32;
const GROWTH = 4;
const MOST = 4_000;

export function createIdPool(draw: (count: number) => Promise<number[]>): IdPool {
  let drawn: number[] = [];
  let size = FIRST / GROWTH;
  return {
    take() {
      const next = drawn.pop();
      if (next === undefined) throw new IdsExhausted();
      return next;
    },
    async refill() {
      size = Math.min(MOST, size * GROWTH);
      drawn = [...(await draw(size)).reverse(), ...drawn];
    },
  };
}
