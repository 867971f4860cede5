import { z } from 'zod';
import { ColumnName, PROFILE_COLUMNS } from '../data/index.ts';
import { inLanguage, type Problem, say, says } from '../kernel/index.ts';
import { CONDITIONS } from '../rules/index.ts';

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

/** A trait that nobody writes: the engine makes it of a person's events, and keeps it true. Its key is the name of the trait. */
export const ComputedTraitDefinition = z
  .strictObject({
    kind: z.literal('computed-trait'),
    key: ColumnName.describe('The name of the trait'),
    name: z.string().min(1).max(200).optional(),
    description: z.string().max(2_000).optional(),
    event: CONDITIONS.event.shape.event,
    where: CONDITIONS.event.shape.where,
    within: CONDITIONS.event.shape.within,
    ...AGGREGATES,
  })
  .refine(
    (definition) => COMPUTED_KINDS.filter((kind) => definition[kind] !== undefined).length === 1,
    inLanguage(say('needs one of {kinds}', { kinds: COMPUTED_KINDS.join(', ') })),
  );
export type ComputedTraitDefinition = z.infer<typeof ComputedTraitDefinition>;

/** Which of the aggregates it is, and of which property. */
export function aggregateOf(definition: ComputedTraitDefinition): { kind: ComputedKind; of: string | undefined } {
  const kind = COMPUTED_KINDS.find((one) => definition[one] !== undefined) ?? 'count';
  const of = definition[kind];
  return { kind, of: typeof of === 'string' ? of : undefined };
}

/** A column of the profile cannot be a trait as well. */
export function checkComputedTrait({ key }: ComputedTraitDefinition): Problem[] {
  if (!PROFILE_COLUMNS.some(({ name }) => name === key)) return [];
  return [{ path: 'key', ...says('"{key}" is a column of every profile; choose another name.', { key }) }];
}

/** What kind of value it is, for who writes rules and templates. */
export function typeOfComputed(definition: ComputedTraitDefinition): 'integer' | 'decimal' | 'timestamp' | 'json' {
  const { kind, of } = aggregateOf(definition);
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
