import { z } from 'zod';
import { type Catalog, Name } from '../../data/index.ts';
import type { Problem } from '../../kernel/index.ts';
import type { Population } from '../population.ts';

/** A way out of an activity. */
export type Outlet = {
  readonly name: string;
  /** The activity that the arrow leads to; undefined when it leads nowhere (`end`, or not said). */
  readonly target: string | undefined;
  /** Where the target is written, relative to the activity: `next`, `then.vip.next`. */
  readonly path: string;
};

/** One arrow that arrives, with the shape of its rows. `from` is `activity.outlet`. */
export type Inbound = { readonly from: string; readonly population: Population };

/** What an activity is checked against. */
export type CheckInput<A> = {
  readonly activity: A;
  /** In the order of the definition; empty for an activity that starts a branch. */
  readonly inputs: readonly Inbound[];
  readonly catalog: Catalog;
};

/** What each type of activity tells about itself; everything but its SQL. */
export type ActivityKind<A> = {
  /** How many arrows may arrive: none, exactly one, two and more, or one and more. */
  readonly takes: 'none' | 'one' | 'many' | 'any';
  outlets(activity: A): readonly Outlet[];
  /** Problems beyond the schema; paths are relative to the activity. */
  check(input: CheckInput<A>): Problem[];
  /** The shape of the rows on each outlet; undefined when it cannot be told because of a problem that `check` reports. */
  output(input: CheckInput<A>, outlet: string): Population | undefined;
};

/** The name that stands for "nothing follows". */
export const END = 'end';

/** Where an arrow leads: the name of an activity, or `end`. */
export const Target = Name.describe('The activity that follows; "end" for none');

/** What every activity may say. */
export const ActivitySettings = {
  label: z.string().max(200).optional().describe('What the canvas and the lists show'),
};

/** Added to activities that make new populations. */
export const SkipEmpty = z.boolean().optional().describe('True: an arrow without rows stops its branch');

/** A named outlet, with `end` and nothing meaning the same. */
export function outlet(name: string, target: string | undefined, path = name): Outlet {
  return { name, target: target === END ? undefined : target, path };
}

/** The population of the only inbound arrow. */
export function onlyInput<A>(input: CheckInput<A>): Population | undefined {
  return input.inputs[0]?.population;
}
