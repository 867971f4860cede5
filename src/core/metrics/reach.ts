// Owns: aggregates that more events only bring nearer, such as "at least three" or "more than 100 in all", judged from the newest event
// backwards.
// Does not own: what they mean (core/rules), which events are kept (keep).
// Invariants: 1. an aggregate that is met by the entries from one on is met by more of them; 2. what this cannot tell exactly it does not
// tell, and the aggregate is read from all of its items.
import type { Instant } from '../kernel/index.ts';
import {
  type AggregateKind,
  type Aggregates,
  type Comparison,
  comparesMoments,
  comparisonOf,
  distinctKey,
  entersAt,
  leavesAt,
  scaledNumber,
  type TimeWindow,
} from '../rules/index.ts';
import { atOf, boundOf, type Entry, firstSince, valueIn } from './keep.ts';
import type { Verdict } from './metric.ts';

const NOT_MET = -1;
const UNMET: Verdict = { holds: false, until: undefined };

/**
 * The last of the entries `from` to (but without) `to` from which on they meet the aggregate; NOT_MET when all of them do not, undefined
 * when it cannot be told like that.
 */
export type Reach = (entries: readonly Entry[], from: number, to: number) => number | undefined;

/** Undefined for an aggregate that more events can also take away, and for one that nobody fails. */
export function compileReach(kind: AggregateKind, aggregates: Aggregates): Reach | undefined {
  const setting = aggregates[kind];
  if (setting === undefined) return undefined;
  const comparison = comparisonOf(setting);
  if (kind === 'min') return asksOnly(comparison, 'lte', 'lt') ? extremeReach(comparison) : undefined;
  if (!asksOnly(comparison, 'gte', 'gt')) return undefined;
  if (kind === 'max') return extremeReach(comparison);
  if (kind === 'count' || kind === 'distinct') {
    const bound = boundOf(comparison);
    if (bound < 1) return undefined;
    return kind === 'count' ? (_, from, to) => (to - bound >= from ? to - bound : NOT_MET) : distinctReach(bound);
  }
  return kind === 'sum' ? sumReach(comparison) : undefined;
}

/**
 * What entries say of an aggregate, and up to when. Undefined while some are still to come. It becomes false when the one leaves the
 * window with which it is met, and never true by itself.
 */
export function judgeReach(
  reach: Reach,
  window: TimeWindow,
  entries: readonly Entry[],
  now: Instant,
): Verdict | undefined {
  const to = entries.length;
  if (to === 0) return UNMET;
  if (entersAt(window, atOf(entries[to - 1] as Entry)) > now) return undefined;
  const from = window.fromOffset === undefined ? 0 : firstSince(entries, to, now + window.fromOffset);
  const met = reach(entries, from, to);
  if (met === undefined) return undefined;
  if (met === NOT_MET) return UNMET;
  const until = leavesAt(window, atOf(entries[met] as Entry));
  return { holds: true, until: until === Number.POSITIVE_INFINITY ? undefined : until };
}

function asksOnly(comparison: Comparison, ...operators: readonly string[]): boolean {
  return !comparesMoments(comparison) && Object.keys(comparison).every((operator) => operators.includes(operator));
}

function distinctReach(bound: number): Reach {
  return (entries, from, to) => {
    const seen = new Set<string | undefined>();
    for (let index = to - 1; index >= from; index--) {
      const key = distinctKey(valueIn(entries[index]), 'json');
      if (key === undefined) return undefined;
      seen.add(key);
      if (seen.size >= bound) return index;
    }
    return NOT_MET;
  };
}

/** Numbers of JSON are doubles, which compare as the decimals that they print. */
function extremeReach({ gte, gt, lte, lt }: Comparison): Reach {
  const meets = (value: number) =>
    (gte === undefined || value >= Number(gte)) &&
    (gt === undefined || value > Number(gt)) &&
    (lte === undefined || value <= Number(lte)) &&
    (lt === undefined || value < Number(lt));
  return (entries, from, to) => {
    for (let index = to - 1; index >= from; index--) {
      const value = valueIn(entries[index]);
      if (typeof value !== 'number') return undefined;
      if (meets(value)) return index;
    }
    return NOT_MET;
  };
}

/** Only of values that take nothing away, added up as whole numbers of a small unit. */
function sumReach({ gte, gt }: Comparison): Reach | undefined {
  const atLeast = gte === undefined ? 0 : scaledNumber(gte);
  const above = gt === undefined ? -1 : scaledNumber(gt);
  if (atLeast === undefined || above === undefined) return undefined;
  const wanted = Math.max(atLeast, above + 1);
  if (wanted < 1) return undefined;
  return (entries, from, to) => {
    let sum = 0;
    let met = NOT_MET;
    for (let index = to - 1; index >= from; index--) {
      const value = scaledNumber(valueIn(entries[index]));
      if (value === undefined || value < 0) return undefined;
      if (met !== NOT_MET) continue;
      sum += value;
      if (sum >= wanted) met = index;
      if (sum > Number.MAX_SAFE_INTEGER) return undefined;
    }
    return met;
  };
}
