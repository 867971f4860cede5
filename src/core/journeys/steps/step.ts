import { z } from 'zod';
import { Name } from '../../data/index.ts';
import { worded } from '../../kernel/index.ts';

/** The name that stands for "nothing follows". */
export const END = 'end';

/** Where an outlet leads: the name of a step, or `end`. */
export const Target = Name.describe('The step that follows; "end" for none');

/** What every step may say. */
export const StepSettings = {
  label: z.string().max(200).exactOptional().describe('What the canvas and the lists show'),
};

/** A way out of a step. */
export type Outlet = {
  readonly name: string;
  /** The step that it leads to; undefined when it leads nowhere (`end`, or not said). */
  readonly target: string | undefined;
  /** Where the target is written, relative to the step: `next`, `then.vip.next`. */
  readonly path: string;
};

/** A named outlet, with `end` and nothing meaning the same. */
export function outlet(name: string, target: string | undefined, path = name): Outlet {
  return { name, target: target === END ? undefined : target, path };
}

/** The names that a person chooses for steps and outlets. Every object of JavaScript has a `constructor` already. */
export const ChosenName = Name.refine(
  (name) => name !== 'constructor',
  worded('is a name that no step or outlet can have'),
);
