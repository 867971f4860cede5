import { z } from 'zod';
import { worded } from '../kernel/index.ts';
import { ruleDuration, ruleMoment } from './moment.ts';

/** Texts that PostgreSQL can hold: no zero character, no half of a surrogate pair. */
export const RuleText = z
  .string()
  .max(10_000)
  .refine((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text), 'holds a character that is not text');

const Scalar = z.union([RuleText, z.number(), z.boolean()]);
export type Scalar = z.infer<typeof Scalar>;
const Ordered = z.union([RuleText, z.number()]);

export const Duration = z
  .string()
  .refine((text) => ruleDuration(text) !== undefined, worded('must be a duration such as 90m, 12h, 30d or P3DT4H'));
export const Moment = z
  .string()
  .refine(
    (text) => ruleMoment(text, 0) !== undefined,
    worded('must be a date, an ISO 8601 instant, "now" or relative such as -30d'),
  );
const Pattern = RuleText.refine(
  (text) => /^(?:[^\\]|\\.)*$/s.test(text),
  worded('ends with a lone backslash; write two for one'),
);

const LIST_MAX = 10_000;
const numeric = {
  eq: z.number().exactOptional(),
  ne: z.number().exactOptional(),
  gt: z.number().exactOptional(),
  gte: z.number().exactOptional(),
  lt: z.number().exactOptional(),
  lte: z.number().exactOptional(),
  between: z.tuple([z.number(), z.number()]).exactOptional(),
};
const temporal = {
  within: Duration.exactOptional().describe('In the last ...: neither older nor in the future'),
  not_within: Duration.exactOptional(),
  before: Moment.exactOptional(),
  after: Moment.exactOptional(),
};

/** The operators that compare one value; several in one object must all hold. */
export const COMPARISON = {
  eq: Scalar.exactOptional(),
  ne: Scalar.exactOptional(),
  gt: Ordered.exactOptional(),
  gte: Ordered.exactOptional(),
  lt: Ordered.exactOptional(),
  lte: Ordered.exactOptional(),
  in: z.array(Scalar).min(1).max(LIST_MAX).exactOptional(),
  not_in: z.array(Scalar).min(1).max(LIST_MAX).exactOptional(),
  between: z.tuple([Ordered, Ordered]).exactOptional().describe('Both ends included'),
  empty: z.boolean().exactOptional().describe('Missing, null, or an empty text, list or object'),
  starts_with: RuleText.exactOptional(),
  not_starts_with: RuleText.exactOptional(),
  contains: RuleText.exactOptional(),
  not_contains: RuleText.exactOptional(),
  like: Pattern.exactOptional().describe('% any characters, _ one character'),
  not_like: Pattern.exactOptional(),
  ...temporal,
  anniversary: Duration.exactOptional().describe('Its month and day come round within the next ...'),
};
const Comparison = z.strictObject(COMPARISON).refine(holdsOne, worded('names no operator'));
export type Comparison = z.infer<typeof Comparison>;
export type Operator = keyof Comparison;
export const OPERATORS = Object.keys(COMPARISON) as readonly Operator[];

/** What `where` says of one property: a comparison, or a value that it must equal. */
export const PropertyTest = z.union([Scalar, Comparison]);
export type PropertyTest = z.infer<typeof PropertyTest>;

const NumberComparison = z.strictObject(numeric).refine(holdsOne, worded('names no operator'));
/** A path into a trait or property: names joined by dots. */
export const ValuePath = RuleText.refine(
  (path) => path.split('.').every((name) => name !== ''),
  worded('must be names joined by dots'),
);

const numbersOf = z
  .strictObject({ of: ValuePath, ...numeric })
  .refine((value) => Object.keys(value).length > 1, worded('names no operator'));
const extremeOf = z
  .strictObject({ of: ValuePath, ...numeric, ...temporal })
  .refine((value) => Object.keys(value).length > 1, worded('names no operator'))
  .refine(
    (value) =>
      Object.keys(value).every((key) => key in numeric || key === 'of') ||
      Object.keys(value).every((key) => !(key in numeric)),
    worded('compares numbers and moments at once'),
  );
const edgeOf = z
  .strictObject({ of: ValuePath.exactOptional(), ...COMPARISON })
  .refine((value) => Object.keys(value).some((key) => key !== 'of'), worded('names no operator'));

/** Aggregates over a person's events or a row's linked rows; several must all hold. */
export const ROW_AGGREGATES = {
  count: NumberComparison.exactOptional(),
  sum: numbersOf.exactOptional().describe('0 when there is nothing to add'),
  average: numbersOf.exactOptional(),
  min: extremeOf.exactOptional(),
  max: extremeOf.exactOptional(),
  distinct: numbersOf.exactOptional().describe('How many different values'),
};
export const EVENT_AGGREGATES = {
  ...ROW_AGGREGATES,
  first: edgeOf.exactOptional().describe('Of the first event: its time, or its property `of`'),
  last: edgeOf.exactOptional(),
};
export type Aggregates = z.infer<z.ZodObject<typeof EVENT_AGGREGATES>>;
export type AggregateKind = keyof Aggregates;
export const AGGREGATE_KINDS = Object.keys(EVENT_AGGREGATES) as readonly AggregateKind[];

/** The operators of a condition that also names other things (`trait`, `of`...), alone. */
export function comparisonOf(condition: object): Comparison {
  const entries = Object.entries(condition).filter(([key]) => key in COMPARISON);
  return Object.fromEntries(entries) as Comparison;
}

/** The comparison that a property must pass, with a bare value read as `eq`. */
export function propertyComparison(test: PropertyTest): Comparison {
  return typeof test === 'object' ? test : { eq: test };
}

function holdsOne(value: object): boolean {
  return Object.keys(value).length > 0;
}
