// Owns: what has to be remembered of a person's events so that one aggregate can be answered, and what may be forgotten.
// Does not own: what an aggregate means (core/rules: it is given the remembered items and answers as from the whole history).
// Invariants: 1. events may come in any order; 2. an event that was forgotten can never matter again, as time only goes forward;
// 3. of two events of the same instant the one that came later is the later one.
import type { Instant, Json } from '../kernel/index.ts';
import {
  type AggregateKind,
  type Aggregates,
  comparesMoments,
  comparisonOf,
  distinctKey,
  type EventFact,
  entersAt,
  type Items,
  instantOf,
  isWithin,
  leavesAt,
  spanAt,
  type TimeWindow,
  valueAt,
} from '../rules/index.ts';

/** So many characters of a text take as much room as one entry. */
const TEXT_CHARS = 32;

/** An event that matters: when it happened, and with it the value that is looked at, where one is; the list that several share may hold more values. */
export type Entry = Instant | readonly [at: Instant, value: Json, ...values: Json[]];

export function atOf(entry: Entry): Instant {
  return typeof entry === 'number' ? entry : entry[0];
}

export function valueIn(entry: Entry | undefined): unknown {
  return typeof entry === 'object' ? entry[1] : undefined;
}

/** What is left of entries in order of time, once it is `now`. */
export type Forget = (entries: readonly Entry[], now: Instant) => readonly Entry[];

/** What is kept of the events that one aggregate looks at, as plain JSON that only its keeper can read. */
export type Kept = readonly unknown[];
export type Keeper = {
  readonly empty: Kept;
  /** What is kept after more events; the same object when they make no difference. */
  add(kept: Kept, events: readonly EventFact[], now: Instant): Kept;
  /** The items as the aggregate would see them in the whole history. */
  items(kept: Kept, now: Instant): Items;
  /** The entries among it that may yet come or go. */
  entries(kept: Kept): readonly Entry[];
};

type Setting = { readonly of?: string } & Readonly<Record<string, unknown>>;

/** Keeps the events as a list from which everything is gone that cannot matter any more. */
export function listKeeper(kind: AggregateKind, aggregates: Aggregates, window: TimeWindow): Keeper {
  const setting = aggregates[kind] as Setting;
  const moments = (kind === 'min' || kind === 'max') && comparesMoments(comparisonOf(setting));
  const read = entryReader(kind, aggregates);
  const forget = forgetting(window, pickerOf(kind, setting, window));
  return {
    empty: [],
    add(kept, events, now) {
      const before = kept as readonly Entry[];
      const entries = readAll(read, events);
      if (entries.length === 0 && before.length === 0) return kept;
      const after = forget(merged(before, entries), now);
      return areSame(before, after) ? kept : after;
    },
    items: (kept, now) => itemsOf(kept as readonly Entry[], window, now, moments),
    entries: (kept) => kept as readonly Entry[],
  };
}

/** The entries that are in the window now, as an aggregate sees items. */
export function itemsOf(entries: readonly Entry[], window: TimeWindow, now: Instant, moments: boolean): Items {
  const span = spanAt(window, now);
  const isOutside = (entry: Entry | undefined) => entry !== undefined && !isWithin(span, atOf(entry));
  // They are in order of time: when the first and the last are inside, all are.
  const all = !isOutside(entries[0]) && !isOutside(entries.at(-1));
  const inside = all ? entries : entries.filter((entry) => !isOutside(entry));
  return {
    count: inside.length,
    values: () => inside.map(valueIn),
    typeOf: () => (moments ? 'timestamp' : 'json'),
    get times() {
      return inside.map(atOf);
    },
  };
}

/** Whether two lists hold the same. */
export function areSame(before: readonly Entry[], after: readonly Entry[]): boolean {
  if (after === before) return true;
  if (after.length !== before.length) return false;
  for (let index = 0; index < after.length; index++) if (after[index] !== before[index]) return false;
  return true;
}

const NO_ENTRIES: readonly Entry[] = [];

/** What can be read of some events. */
export function readAll(read: (event: EventFact) => Entry | undefined, events: readonly EventFact[]): readonly Entry[] {
  const [only] = events;
  if (only !== undefined && events.length === 1) {
    const entry = read(only);
    return entry === undefined ? NO_ENTRIES : [entry];
  }
  return events.flatMap((event) => {
    const entry = read(event);
    return entry === undefined ? [] : [entry];
  });
}

/** The part of an event that an aggregate can read, such as the numbers of a sum; nothing when the event does not matter to it. */
export function entryReader(kind: AggregateKind, aggregates: Aggregates): (event: EventFact) => Entry | undefined {
  const setting = aggregates[kind] as Setting;
  if (setting.of === undefined) return (event) => event.at;
  const path = setting.of.split('.');
  const read = valueReader(kind, setting);
  return (event) => {
    const value = read(valueAt(event.properties, path));
    return value === undefined ? undefined : [event.at, value];
  };
}

function valueReader(kind: AggregateKind, setting: Setting): (value: unknown) => Json | undefined {
  if (kind === 'first' || kind === 'last') return briefly;
  if (kind === 'distinct') return (value) => (distinctKey(value, 'json') === undefined ? undefined : (value as Json));
  if ((kind === 'min' || kind === 'max') && comparesMoments(comparisonOf(setting))) {
    return (value) => instantOf(value, 'json');
  }
  return numberOf;
}

/** What can be added up. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A value as far as a comparison can see it: of a list or an object whether it is empty, of a missing one that it is. */
function briefly(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return Object.keys(value).length === 0 ? {} : [0];
  return value as Json;
}

/** How many of the newest events decide; undefined when others matter too. */
function newestOf(kind: AggregateKind, setting: Setting): number | undefined {
  if (kind === 'last') return 1;
  return kind === 'count' ? boundOf(setting) : undefined;
}

/** The number from which on more make no difference to a comparison. */
export function boundOf(comparison: Readonly<Record<string, unknown>>): number {
  const bounds = Object.entries(comparison).flatMap(([operator, operand]) => {
    if (operator === 'of') return [];
    const numbers = [operand].flat().map(Number);
    return operator === 'gte' || operator === 'lt' ? numbers.map(Math.ceil) : numbers.map((it) => Math.floor(it) + 1);
  });
  return Math.max(0, ...bounds);
}

/** Of entries that happened and are still in the window: those that can matter, later or when a late event comes between. */
type Pick = (happened: readonly Entry[]) => readonly Entry[];

function pickerOf(kind: AggregateKind, setting: Setting, window: TimeWindow): Pick {
  const newest = newestOf(kind, setting);
  if (newest !== undefined) {
    return (happened) => (happened.length > newest ? happened.slice(happened.length - newest) : happened);
  }
  switch (kind) {
    case 'min':
    case 'max':
      return unbeaten(kind);
    case 'distinct':
      return newestOfEach(boundOf(setting));
    default:
      return kind === 'first' && window.fromOffset === undefined
        ? (happened) => happened.slice(0, 1)
        : (happened) => happened;
  }
}

/** An entry matters only as long as no newer one is as good: that one leaves the window later. */
function unbeaten(kind: 'min' | 'max'): Pick {
  // Numbers of JSON and instants are doubles, which compare as the decimals that they print.
  const sign = kind === 'min' ? -1 : 1;
  const beats = (value: unknown, best: unknown) => (Number(value) - Number(best)) * sign > 0;
  return (happened) => {
    const kept: Entry[] = [];
    for (let index = happened.length - 1; index >= 0; index--) {
      const entry = happened[index];
      const best = kept.at(-1);
      if (entry !== undefined && (best === undefined || beats(valueIn(entry), valueIn(best)))) kept.push(entry);
    }
    return kept.length === happened.length ? happened : kept.reverse();
  };
}

/** Of each value the newest entry, and of the values those that were seen last. */
function newestOfEach(most: number): Pick {
  return (happened) => {
    const seen = new Set<string>();
    const kept: Entry[] = [];
    for (let index = happened.length - 1; index >= 0 && kept.length < most; index--) {
      const entry = happened[index];
      const key = entry === undefined ? undefined : distinctKey(valueIn(entry), 'json');
      if (entry === undefined || key === undefined || seen.has(key)) continue;
      seen.add(key);
      kept.push(entry);
    }
    return kept.length === happened.length ? happened : kept.reverse();
  };
}

/** Drops what has left the window, and lets `pick` choose among what has happened; what lies in the future stays. */
export function forgetting(window: TimeWindow, pick: Pick): Forget {
  return (entries, now) => {
    let pending = entries.length;
    while (pending > 0 && entersAt(window, atOf(entries[pending - 1] as Entry)) > now) pending--;
    let gone = 0;
    while (gone < pending && leavesAt(window, atOf(entries[gone] as Entry)) <= now) gone++;
    const happened = gone === 0 && pending === entries.length ? entries : entries.slice(gone, pending);
    const picked = pick(happened);
    return pending === entries.length ? picked : [...picked, ...entries.slice(pending)];
  };
}

/** Entries in order of time and more of them in any; of the same instant those that come later are behind. */
export function merged(entries: readonly Entry[], more: readonly Entry[]): readonly Entry[] {
  if (more.length === 0) return entries;
  const all = entries.concat(more);
  for (let index = Math.max(1, entries.length); index < all.length; index++) {
    if (atOf(all[index - 1] as Entry) <= atOf(all[index] as Entry)) continue;
    return more.length === 1 ? inserted(entries, more[0] as Entry) : all.sort((a, b) => atOf(a) - atOf(b));
  }
  return all;
}

function inserted(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  let place = entries.length;
  while (place > 0 && atOf(entries[place - 1] as Entry) > atOf(entry)) place--;
  return [...entries.slice(0, place), entry, ...entries.slice(place)];
}

/** The first of the entries before `to` that is not older than an instant; they are in order of time. */
export function firstSince(entries: readonly Entry[], to: number, since: Instant): number {
  let [low, high] = [0, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (atOf(entries[middle] as Entry) < since) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How much room entries take: one each, and more for long texts. */
export function weightOf(entries: readonly Entry[]): number {
  let sum = entries.length;
  for (const entry of entries) {
    const value = valueIn(entry);
    if (typeof value === 'string') sum += Math.floor(value.length / TEXT_CHARS);
  }
  return sum;
}
