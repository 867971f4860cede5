import { z } from 'zod';
import { type Catalog, ColumnName, PROFILE_COLUMNS } from '../data/index.ts';
import { inLanguage, type Problem, say, says } from '../kernel/index.ts';
import { streamingProblems } from '../metrics/index.ts';
import { about, CONDITIONS, checkRule, type HasRule, pathType, Rule, stepsOf, subjectOf } from '../rules/index.ts';

const Path = z
  .string()
  .max(500)
  .regex(/^[^.\s][^.]*(\.[^.]+)*$/, 'must be names joined by dots');
const PathOrTime = z.union([Path, z.literal(true)]);

/** What is made of the events, one of these. */
const AGGREGATES = {
  count: z.literal(true).exactOptional().describe('How many there were'),
  sum: Path.exactOptional().describe('Of a property that is a number'),
  average: Path.exactOptional(),
  min: Path.exactOptional(),
  max: Path.exactOptional(),
  distinct: Path.exactOptional().describe('How many different values a property had'),
  most_frequent: Path.exactOptional().describe('The value that came most often; of several the one seen last'),
  first: PathOrTime.exactOptional().describe('A property of the earliest event; true: when it happened'),
  last: PathOrTime.exactOptional().describe('A property of the newest event; true: when it happened'),
} as const;

export type ComputedKind = keyof typeof AGGREGATES;
export const COMPUTED_KINDS = Object.keys(AGGREGATES) as readonly ComputedKind[];

const Head = {
  kind: z.literal('computed-trait'),
  key: ColumnName.describe('The name of the trait'),
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(2_000).optional(),
} as const;

const namesOne = (definition: object) => Object.keys(AGGREGATES).filter((kind) => kind in definition).length === 1;
const needsOne = (kinds: readonly string[]) => inLanguage(say('needs one of {kinds}', { kinds: kinds.join(', ') }));

/** Made of a person's events. */
export const EventTrait = z
  .strictObject({
    ...Head,
    event: CONDITIONS.event.shape.event,
    where: CONDITIONS.event.shape.where,
    within: CONDITIONS.event.shape.within,
    ...AGGREGATES,
  })
  .refine(namesOne, needsOne(COMPUTED_KINDS));
export type EventTrait = z.infer<typeof EventTrait>;

/** What is made of rows; their values have no order but that of a column. */
const ROW_AGGREGATES = {
  count: z.literal(true).exactOptional().describe('How many rows there are'),
  sum: Path.exactOptional().describe('Of a column that is a number'),
  average: Path.exactOptional(),
  min: Path.exactOptional(),
  max: Path.exactOptional(),
  distinct: Path.exactOptional().describe('How many different values a column has'),
  first: Path.exactOptional().describe('The column of the row that is first in the order of `by`'),
  last: Path.exactOptional(),
} as const;
const ROW_KINDS = Object.keys(ROW_AGGREGATES) as readonly RowKind[];
export type RowKind = keyof typeof ROW_AGGREGATES;

const RowTrait = z
  .strictObject({
    ...Head,
    has: CONDITIONS.has.shape.has.describe('A table of people\u2019s rows, and links from there: `orders.lines`'),
    where: Rule.exactOptional().describe('Which rows count'),
    ...ROW_AGGREGATES,
    by: ColumnName.exactOptional().describe('The column that says which row is first'),
  })
  .refine(namesOne, needsOne(ROW_KINDS))
  .refine(
    (definition) => (definition.by !== undefined) === ('first' in definition || 'last' in definition),
    inLanguage(say('"first" and "last" of rows need "by", a column that orders them; nothing else has it.')),
  );
export type RowTrait = z.infer<typeof RowTrait>;

/** A trait that nobody writes: the engine makes it of a person's events or rows, and keeps it true. Its key is the name of the trait. */
export const ComputedTraitDefinition = z.union([EventTrait, RowTrait]);
export type ComputedTraitDefinition = z.infer<typeof ComputedTraitDefinition>;

/** Which of the aggregates it is, and of which property or column. */
export function aggregateOf(definition: EventTrait): { kind: ComputedKind; of: string | undefined };
export function aggregateOf(definition: RowTrait): { kind: RowKind; of: string | undefined };
export function aggregateOf(definition: ComputedTraitDefinition): { kind: ComputedKind; of: string | undefined };
export function aggregateOf(definition: ComputedTraitDefinition): { kind: ComputedKind; of: string | undefined } {
  const kind = COMPUTED_KINDS.find((one) => one in definition) ?? 'count';
  const of: unknown = Reflect.get(definition, kind);
  return { kind, of: typeof of === 'string' ? of : undefined };
}

/** The rows as a condition: that there is one. */
export function rowsCondition({ has, where }: Pick<RowTrait, 'has' | 'where'>): HasRule {
  return { has, ...(where === undefined ? {} : { where }) };
}

/** What it names and what is not there; a column of the profile cannot be a trait as well. */
export function checkComputedTrait(definition: ComputedTraitDefinition, catalog: Catalog): Problem[] {
  const { key } = definition;
  if (PROFILE_COLUMNS.some(({ name }) => name === key)) {
    return [{ path: 'key', ...says('"{key}" is a column of every profile; choose another name.', { key }) }];
  }
  return 'has' in definition ? checkRows(definition, catalog) : [];
}

function checkRows(definition: RowTrait, catalog: Catalog): Problem[] {
  const condition = rowsCondition(definition);
  const problems = checkRule({ rule: condition, catalog });
  if (problems.length > 0) return problems;
  const { kind, of } = aggregateOf(definition);
  const isNumber = kind === 'sum' || kind === 'average';
  // A condition about the column finds out whether it is there, and is a number where it must be.
  const asking = (column: string): Rule => ({
    has: definition.has,
    ...(isNumber ? { sum: { of: column, gte: 0 } } : { distinct: { of: column, gte: 1 } }),
  });
  const named = (column: string | undefined, path: string) =>
    column === undefined
      ? []
      : checkRule({ rule: asking(column), catalog }).map((problem): Problem => ({ ...problem, path }));
  const missing = [...named(of, kind), ...named(definition.by, 'by')];
  if (missing.length > 0) return missing;
  return [...unordered(definition, catalog), ...streamingProblems(condition, catalog)];
}

/** That a column has no least and no greatest value. */
function unordered(definition: RowTrait, catalog: Catalog): Problem[] {
  const { kind, of } = aggregateOf(definition);
  if ((kind !== 'min' && kind !== 'max') || of === undefined) return [];
  const subject = subjectOf({ catalog });
  const rows = about(subject, stepsOf(subject, definition.has).to);
  if (pathType(rows, of) !== 'boolean') return [];
  return [{ path: kind, ...says('Of yes and no neither is greater.') }];
}

/** What kind of value it is, for who writes rules and templates. */
export function typeOfComputed(definition: ComputedTraitDefinition): 'integer' | 'decimal' | 'timestamp' | 'json' {
  const { kind, of } = aggregateOf(definition);
  if ('has' in definition && (kind === 'min' || kind === 'max' || kind === 'first' || kind === 'last')) return 'json';
  switch (kind) {
    case 'count':
    case 'distinct':
      return 'integer';
    case 'sum':
    case 'average':
    case 'min':
    case 'max':
      return 'decimal';
    case 'first':
    case 'last':
      return of === undefined ? 'timestamp' : 'json';
    case 'most_frequent':
      return 'json';
  }
}
