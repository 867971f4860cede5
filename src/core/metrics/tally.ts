import {
  type AggregateKind,
  type Aggregates,
  addDecimals,
  type Decimal,
  decimalOf,
  decimalText,
  entersAt,
  type TimeWindow,
} from '../rules/index.ts';
import { atOf, boundOf, type Entry, entryReader, type Keeper, listKeeper, merged, readAll } from './keep.ts';

/** How many events happened, what their values add up to, and the entries that still lie in the future. */
type Tally = readonly [count: number, sum?: string, pending?: readonly Entry[]];
type TallyKind = 'count' | 'sum' | 'average';

export function isTallied(kind: AggregateKind, window: TimeWindow): kind is TallyKind {
  return window.fromOffset === undefined && (kind === 'count' || kind === 'sum' || kind === 'average');
}

/** Keeps how many there were and what they add up to: enough where nothing ever leaves the window. */
export function tallyKeeper(kind: TallyKind, aggregates: Aggregates, window: TimeWindow): Keeper {
  const list = listKeeper(kind, aggregates, window);
  const read = entryReader(kind, aggregates);
  const most = kind === 'count' ? boundOf(aggregates.count ?? {}) : Number.POSITIVE_INFINITY;
  return {
    empty: [0],
    add(kept, events, now) {
      const [count, sum = '0', waiting = []] = kept as Tally;
      const entries = readAll(read, events);
      if (count >= most || entries.length === 0) return kept;
      const all = merged(waiting, entries);
      const happened = all.filter((entry) => entersAt(window, atOf(entry)) <= now);
      const added = Math.min(most, count + happened.length);
      const pending = added >= most ? [] : all.slice(happened.length);
      const total = kind === 'count' ? sum : decimalText(happened.reduce(addEntry, textDecimal(sum)));
      if (pending.length > 0) return [added, total, pending];
      return kind === 'count' ? [added] : [added, total];
    },
    items(kept, now) {
      const [count, sum = '0', pending = []] = kept as Tally;
      const listed = list.items(pending, now);
      return { ...listed, count: count + listed.count, before: { sum: textDecimal(sum), count } };
    },
    entries: (kept) => (kept as Tally)[2] ?? [],
  };
}

function addEntry(sum: Decimal, entry: Entry): Decimal {
  const number = typeof entry === 'number' ? undefined : decimalOf(entry[1]);
  return number ? addDecimals(sum, number) : sum;
}

function textDecimal(text: string): Decimal {
  return decimalOf(text) ?? { digits: 0n, scale: 0 };
}
