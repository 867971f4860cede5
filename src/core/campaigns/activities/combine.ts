import { z } from 'zod';
import { type Column, ColumnName } from '../../data/index.ts';
import { type Problem, says, unknownName } from '../../kernel/index.ts';
import { checkColumns, type Population } from '../population.ts';
import { type ActivityKind, ActivitySettings, type Inbound, outlet, SkipEmpty, Target } from './activity.ts';

/** Puts several populations together: all rows, the rows in each of them, or those of one that are in none of the others. */
export const Combine = z.strictObject({
  type: z.literal('combine'),
  ...ActivitySettings,
  mode: z.enum(['union', 'intersection', 'exclusion']),
  primary: z
    .string()
    .optional()
    .describe('The activity (or `activity.outlet`) whose rows come first; an exclusion keeps only rows of this one'),
  by: z
    .union([z.literal('keys'), z.array(ColumnName).min(1).max(16)])
    .default('keys')
    .describe('What makes two rows the same: the keys of the dimension, or these columns'),
  skip_empty: SkipEmpty,
  next: Target.optional(),
  complement: Target.optional().describe(
    'Intersection: rows missing somewhere. Exclusion: the primary rows taken away',
  ),
});
export type Combine = z.infer<typeof Combine>;

export const combine: ActivityKind<Combine> = {
  takes: 'many',
  outlets: (activity) => [
    outlet('next', activity.next),
    ...(activity.complement === undefined ? [] : [outlet('complement', activity.complement)]),
  ],
  check(input) {
    const { activity, inputs, catalog } = input;
    const problems: Problem[] = [];
    if (activity.mode === 'union' && activity.complement !== undefined) {
      problems.push({ path: 'complement', ...says('A union has no complement: every row is in it.') });
    }
    problems.push(...checkPrimary(activity, inputs));
    const [first] = inputsInOrder(activity, inputs);
    if (!first) return problems;
    for (const other of inputs) {
      if (other.population.dimension === first.population.dimension) continue;
      problems.push({
        path: '',
        ...says('The rows of {from} are {dimension}, those of {other} are {otherDimension}.', {
          from: other.from,
          dimension: other.population.dimension,
          other: first.from,
          otherDimension: first.population.dimension,
        }),
        expected: 'the same dimension on every arrow; put a change-dimension before',
      });
    }
    problems.push(...checkTypes(inputs));
    if (activity.by !== 'keys') {
      const names = activity.by.map((name, index) => ({ name, path: `by.${index}` }));
      for (const { population } of inputs) problems.push(...checkColumns({ catalog, population, names }));
    }
    return problems;
  },
  output({ activity, inputs }, name) {
    const [first, ...others] = inputsInOrder(activity, inputs).map((inbound) => inbound.population);
    if (!first) return undefined;
    if (activity.mode === 'exclusion') return first;
    const unique = activity.by === 'keys' || [first, ...others].every((population) => population.unique);
    if (activity.mode === 'intersection' && name === 'next')
      return { ...first, unique: activity.by === 'keys' || first.unique };
    return { ...first, columns: allColumns([first, ...others]), unique: activity.by === 'keys' && unique };
  },
};

/** The inbound arrows with the primary one first. */
export function inputsInOrder<I extends { readonly from: string }>(
  activity: Combine,
  inputs: readonly I[],
): readonly I[] {
  const isPrimary = (inbound: I) => isNamed(inbound.from, activity.primary);
  const primary = inputs.find(isPrimary);
  return primary ? [primary, ...inputs.filter((inbound) => inbound !== primary)] : inputs;
}

/** The columns of all populations, each once, in order of appearance. */
export function allColumns(populations: readonly Population[]): Column[] {
  const columns = new Map<string, Column>();
  for (const population of populations) {
    for (const column of population.columns) if (!columns.has(column.name)) columns.set(column.name, column);
  }
  return [...columns.values()];
}

function isNamed(from: string, name: string | undefined): boolean {
  return name !== undefined && (from === name || from.split('.')[0] === name);
}

function checkPrimary(activity: Combine, inputs: readonly Inbound[]): Problem[] {
  const known = inputs.map((inbound) => inbound.from.replace(/\.next$/, ''));
  if (activity.primary === undefined) {
    if (activity.mode !== 'exclusion') return [];
    return [
      { path: 'primary', ...says('An exclusion needs to know whose rows are kept.'), expected: known.join(' | ') },
    ];
  }
  const named = inputs.filter((inbound) => isNamed(inbound.from, activity.primary));
  if (named.length === 1 || inputs.length === 0) return [];
  if (named.length === 0) {
    return [unknownName({ what: 'arrow to here from', name: activity.primary, path: 'primary', known })];
  }
  return [
    {
      path: 'primary',
      ...says('Several arrows come from "{activity}"; name the outlet too.', { activity: activity.primary }),
      expected: named.map((inbound) => inbound.from).join(' | '),
    },
  ];
}

function checkTypes(inputs: readonly Inbound[]): Problem[] {
  const seen = new Map<string, { type: string; from: string }>();
  const problems: Problem[] = [];
  for (const { from, population } of inputs) {
    for (const { name, type } of population.columns) {
      const before = seen.get(name);
      if (!before) seen.set(name, { type, from });
      else if (before.type !== type) {
        problems.push({
          path: '',
          ...says('Column "{name}" is {type} from {from} and {otherType} from {other}.', {
            name,
            type: before.type,
            from: before.from,
            otherType: type,
            other: from,
          }),
        });
      }
    }
  }
  return problems;
}
