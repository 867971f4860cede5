// Owns: what a computed trait makes of entries, one by one, and the value that comes of it.
// Invariant: where the order of entries matters it is that of their instants, so that late ones change nothing.
import type { Instant, Json } from '../kernel/index.ts';
import { addDecimals, compareTexts, decimalOf, decimalText, distinctKey, instantText } from '../rules/index.ts';
import type { ComputedKind } from './definition.ts';

export type Entry = readonly [at: Instant, value: Json];
/** Plain JSON that only its kind can read. */
export type Total = Json;

type Seen = Readonly<Record<string, readonly [count: number, at: Instant, value: Json]>>;

/** The value of a property as the aggregate can use it; undefined: the event does not matter to it. */
export function readable(kind: ComputedKind, value: unknown): Json | undefined {
  switch (kind) {
    case 'count':
      return null;
    case 'sum':
    case 'average':
    case 'min':
    case 'max':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'distinct':
    case 'most_frequent':
      return value === null || distinctKey(value, 'json') === undefined ? undefined : (value as Json);
    case 'first':
    case 'last':
      return value === undefined || value === null ? undefined : (value as Json);
  }
}

/** The total with one more entry; undefined is that of none. */
export function withEntry(kind: ComputedKind, total: Total | undefined, [at, value]: Entry): Total {
  switch (kind) {
    case 'count':
      return ((total as number | undefined) ?? 0) + 1;
    case 'sum':
    case 'average': {
      const [count, sum] = (total as [number, string] | undefined) ?? [0, '0'];
      return [count + 1, added(sum, value as number)];
    }
    case 'min':
      return total === undefined ? value : Math.min(total as number, value as number);
    case 'max':
      return total === undefined ? value : Math.max(total as number, value as number);
    case 'first':
      return total === undefined || at < (total as unknown as Entry)[0] ? [at, value] : total;
    case 'last':
      return total === undefined || at >= (total as unknown as Entry)[0] ? [at, value] : total;
    case 'distinct':
    case 'most_frequent': {
      const seen = (total ?? {}) as unknown as Seen;
      const key = distinctKey(value, 'json') ?? '';
      const [count, newest] = seen[key] ?? [0, at];
      return { ...seen, [key]: [count + 1, Math.max(newest, at), value] } as unknown as Total;
    }
  }
}

/** The value of the trait; undefined: the person has no such trait. */
export function resultOf(kind: ComputedKind, total: Total | undefined, ofTime: boolean): Json | undefined {
  if (total === undefined) return undefined;
  switch (kind) {
    case 'count':
    case 'min':
    case 'max':
      return total;
    case 'sum':
      return Number((total as [number, string])[1]);
    case 'average':
      return Number((total as [number, string])[1]) / (total as [number, string])[0];
    case 'first':
    case 'last': {
      const [at, value] = total as unknown as Entry;
      return ofTime ? instantText(at) : value;
    }
    case 'distinct':
      return Object.keys(total as object).length;
    case 'most_frequent':
      return mostFrequent(total as unknown as Seen);
  }
}

/** How much room it takes. */
export function weightOf(total: Total | undefined): number {
  return typeof total === 'object' && total !== null && !Array.isArray(total) ? Object.keys(total).length : 1;
}

function mostFrequent(seen: Seen): Json | undefined {
  let best: Keyed | undefined;
  for (const one of Object.entries(seen)) if (best === undefined || comesBefore(one, best)) best = one;
  return best?.[1][2];
}

type Keyed = readonly [key: string, seen: Seen[string]];

/** Where two values came as often, the last at the same time, it must not matter which of them came first. */
function comesBefore([key, [count, newest]]: Keyed, [other, [otherCount, otherNewest]]: Keyed): boolean {
  if (count !== otherCount) return count > otherCount;
  return newest === otherNewest ? compareTexts(key, other) < 0 : newest > otherNewest;
}

function added(sum: string, value: number): string {
  const zero = { digits: 0n, scale: 0 };
  return decimalText(addDecimals(decimalOf(sum) ?? zero, decimalOf(value) ?? zero));
}
