// Owns: telling whether the keys of a file are all different, while the file is read.
// Does not own: what happens with keys that stand twice (the merge finds and folds them).
// Invariants: (1) it never says "distinct" of keys that repeat; (2) it may give up, and memory stays below `SLOTS_MAX` * 8 bytes (half as
// much again while growing).

import type { ColumnType } from '../data/index.ts';

/** Types with one way to write a value, so that equal values are equal texts. */
const ONE_FORM: ReadonlySet<ColumnType> = new Set(['text', 'integer', 'boolean', 'date']);
const SLOTS_MIN = 1 << 12;
const SLOTS_MAX = 1 << 22;
/** A table fuller than this is slow to search. */
const LOAD_MAX = 0.6;

export type KeyWatch = {
  /** A row begins; one that was not ended does not count. */
  start(): void;
  /** The next part of the row's key, in its canonical text. */
  part(value: string): void;
  /** The row's key is complete. */
  end(): void;
  distinct(): boolean;
};

/**
 * Keeps a hash of 64 bits per key: two different keys that share one make the answer "not distinct", which only costs the merge a
 * look. `types` are those of the key's parts in the order in which rows give them.
 */
export function createKeyWatch(types: readonly ColumnType[], slotsMax: number = SLOTS_MAX): KeyWatch {
  let distinct = types.every((type) => ONE_FORM.has(type));
  let slots = Math.min(SLOTS_MIN, slotsMax);
  let high = new Uint32Array(slots);
  let low = new Uint32Array(slots);
  let kept = 0;
  let first = 0;
  let second = 0;

  /** False when the hash is there already. */
  function keep(a: number, b: number): boolean {
    let at = a & (slots - 1);
    while (high[at] !== 0) {
      if (high[at] === a && low[at] === b) return false;
      at = (at + 1) & (slots - 1);
    }
    high[at] = a;
    low[at] = b;
    return true;
  }

  function grow(): void {
    const olderHigh = high;
    const olderLow = low;
    slots *= 2;
    high = new Uint32Array(slots);
    low = new Uint32Array(slots);
    for (let at = 0; at < olderHigh.length; at++) {
      const a = olderHigh[at];
      if (a !== undefined && a !== 0) keep(a, olderLow[at] ?? 0);
    }
  }

  function giveUp(): void {
    distinct = false;
    high = new Uint32Array(0);
    low = new Uint32Array(0);
  }

  return {
    start() {
      first = 0;
      second = 0;
    },
    part(value) {
      if (!distinct) return;
      // The one whole number with two forms.
      const text = value === '-0' ? '0' : value;
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at);
        // Halves of surrogate pairs that stand alone all become the same character on their way to the database.
        if (code >= 0xd800 && code <= 0xdfff) return giveUp();
        first = Math.imul(first ^ code, 0x01000193);
        second = Math.imul(second + code, 0x85ebca6b) ^ (second >>> 15);
      }
      first = Math.imul(first ^ 0x1f, 0x01000193);
      second = Math.imul(second + 0x1f, 0x85ebca6b) ^ (second >>> 15);
    },
    end() {
      if (!distinct) return;
      // Zero marks a free slot.
      const a = mixed(first ^ second) || 1;
      if (!keep(a, mixed(second))) return giveUp();
      kept++;
      if (kept <= slots * LOAD_MAX) return;
      if (slots * 2 > slotsMax) giveUp();
      else grow();
    },
    distinct: () => distinct,
  };
}

/** Spreads every bit over all others (the finaliser of MurmurHash3). */
function mixed(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
