import { z } from 'zod';
import { inLanguage, say } from '../../kernel/index.ts';
import { Email, emailOutlets, Http, httpOutlets, Jump, Lookup, lookupOutlets, UpdateProfile } from './act.ts';
import { End, Join, Parallel, parallelOutlets } from './branch.ts';
import { Condition, conditionOutlets } from './condition.ts';
import { Cap, capOutlets, Experiment, experimentOutlets, Split, splitOutlets } from './split.ts';
import { type Outlet, outlet } from './step.ts';
import { Wait, WaitFor, waitForOutlets, waitOutlets } from './wait.ts';

const SCHEMAS = [
  Condition,
  Split,
  Experiment,
  Cap,
  Wait,
  WaitFor,
  Email,
  UpdateProfile,
  Http,
  Lookup,
  Parallel,
  Join,
  Jump,
  End,
] as const;

/** The names that `type` can have. */
export const STEP_TYPES: readonly string[] = SCHEMAS.map((schema) => schema.shape.type.value);

/** One node of a journey. */
export const Step = z.discriminatedUnion('type', SCHEMAS, {
  error: (issue) => {
    if (issue.code !== 'invalid_union') return undefined;
    const type = (issue.input as { type?: unknown } | undefined)?.type;
    if (typeof type !== 'string') return inLanguage(say('needs a type: {types}', { types: STEP_TYPES.join(', ') }));
    return inLanguage(say('There is no step of type "{type}".', { type }));
  },
});
export type Step = z.infer<typeof Step>;
export type StepType = Step['type'];

/** The ways out of a step. */
export function outletsOf(step: Step): readonly Outlet[] {
  switch (step.type) {
    case 'condition':
      return conditionOutlets(step);
    case 'split':
      return splitOutlets(step);
    case 'experiment':
      return experimentOutlets(step);
    case 'cap':
      return capOutlets(step);
    case 'wait':
      return waitOutlets(step);
    case 'wait-for':
      return waitForOutlets(step);
    case 'email':
      return emailOutlets(step);
    case 'http':
      return httpOutlets(step);
    case 'lookup':
      return lookupOutlets(step);
    case 'parallel':
      return parallelOutlets(step);
    case 'update-profile':
    case 'join':
    case 'jump':
      return [outlet('next', step.next)];
    case 'end':
      return [];
  }
}

export { ChosenName, END, type Outlet } from './step.ts';
