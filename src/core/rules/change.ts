// When time alone may change what a comparison answers. It says of each operator when it would be different, not what it means.
import type { ColumnType } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import { aggregateMoment, type Items } from './aggregate.ts';
import { instantOf, isTemporal, NEGATED } from './compare.ts';
import { AGGREGATE_KINDS, type Aggregates, type Comparison, comparisonOf, type Operator } from './comparison.ts';
import { anniversaryTurns, relativeOffset, ruleDuration } from './moment.ts';

/** The first instant after `now` at which a test of the value may answer otherwise; undefined: never. */
export type ValueChange = (value: unknown, now: Instant) => Instant | undefined;

/** Instants at which the answer may change, given the instant that the value is. */
type Turns = (instant: Instant, now: Instant) => readonly Instant[];

/** Undefined when time never changes what the comparison says of a value. */
export function compileChange(comparison: Comparison, type: ColumnType): ValueChange | undefined {
  const turns = (Object.entries(comparison) as [Operator, unknown][]).flatMap(
    ([operator, operand]) => turnsOf(operator, operand, type) ?? [],
  );
  if (turns.length === 0) return undefined;
  return (value, now) => {
    const instant = instantOf(value, type);
    if (instant === undefined) return undefined;
    return earliest(
      turns.flatMap((each) => each(instant, now)),
      now,
    );
  };
}

function turnsOf(operator: Operator, operand: unknown, type: ColumnType): Turns | undefined {
  const positive = operator in NEGATED ? NEGATED[operator as keyof typeof NEGATED] : operator;
  switch (positive) {
    case 'within': {
      const duration = ruleDuration(String(operand)) ?? 0;
      return (instant) => [instant, instant + duration + 1];
    }
    case 'before':
    case 'after':
      return turnsAround([operand]);
    case 'anniversary':
      return (instant, now) => anniversaryTurns(instant, ruleDuration(String(operand)) ?? 0, now);
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
    case 'between':
    case 'in':
      return isTemporal(type) ? turnsAround([operand].flat()) : undefined;
    default:
      return undefined;
  }
}

/** A value stands before a moment that moves with now until the moment reaches it, and behind it from then on. */
function turnsAround(operands: readonly unknown[]): Turns | undefined {
  const offsets = operands.flatMap((operand) => (typeof operand === 'string' ? (relativeOffset(operand) ?? []) : []));
  if (offsets.length === 0) return undefined;
  return (instant) => offsets.flatMap((offset) => [instant - offset, instant - offset + 1]);
}

export type AggregateChange = (items: Items, now: Instant) => Instant | undefined;

/** When time alone may change what aggregates say of the same items; undefined when it never does. */
export function compileAggregateChange(aggregates: Aggregates): AggregateChange | undefined {
  const changes = AGGREGATE_KINDS.flatMap((kind): AggregateChange[] => {
    const moment = aggregateMoment(kind, aggregates);
    const change = moment && compileChange(comparisonOf(aggregates[kind] ?? {}), moment.type);
    return change ? [(items, now) => change(moment.valueOf(items), now)] : [];
  });
  if (changes.length === 0) return undefined;
  return (items, now) =>
    earliest(
      changes.flatMap((change) => change(items, now) ?? []),
      now,
    );
}

/** The earliest of some instants that lies after `now`. */
export function earliest(instants: readonly Instant[], now: Instant): Instant | undefined {
  let best: Instant | undefined;
  for (const instant of instants) if (instant > now && (best === undefined || instant < best)) best = instant;
  return best === Number.POSITIVE_INFINITY ? undefined : best;
}
