import {
  describeEntry,
  describeExit,
  describePassage,
  describeStep,
  Entry,
  Exit,
  type JourneyDefinition,
  outletsOf,
  Step,
} from '../../core/journeys/index.ts';
import { type LanguageCode, notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { selectSaved } from './store-report.ts';

export type OutletShape = {
  readonly name: string;
  /** The step that it leads to; null when it ends there. */
  readonly target: string | null;
  /** What it means to leave by it, in words. */
  readonly means: string;
};

export type StepShape = {
  readonly node: string;
  readonly type: string;
  readonly label: string | null;
  /** What it does, in words. */
  readonly does: string;
  readonly outlets: readonly OutletShape[];
  readonly settings: Readonly<Record<string, unknown>>;
};

/** A journey as a graph to draw: its steps and their ways out, each in words. */
export type JourneyShape = {
  readonly key: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly entry: string;
  readonly exits: readonly string[];
  readonly start: string;
  readonly steps: readonly StepShape[];
};

/** What `outlets` and the names already say of a step. */
const SHOWN_ELSEWHERE = ['type', 'label', 'next', 'else', 'refused', 'failed', 'timed-out', 'then', 'any'];

export function shapeOf(definition: JourneyDefinition, language?: LanguageCode): JourneyShape {
  return {
    key: definition.key,
    name: definition.name ?? null,
    description: definition.description ?? null,
    entry: describeEntry(definition.entry, language),
    exits: definition.exit.map((exit) => describeExit(exit, language)),
    start: definition.start,
    steps: Object.entries(definition.steps).map(([node, step]) => stepShape(node, step, language)),
  };
}

/** One saved version, the draft or the newest when none is named, whether it was ever in force or not. @throws AppError `not_found`. */
export async function showShape(
  ctx: Context,
  address: { readonly key: string; readonly version?: number | undefined; readonly language?: LanguageCode },
): Promise<JourneyShape & { readonly version: number; readonly state: 'draft' | 'published' | 'archived' }> {
  const saved = await selectSaved(ctx.db, address);
  if (!saved) throw notFound('journey', address.key);
  const { body, version, state } = saved;
  return { ...shapeOf(body, address.language), version, state };
}

/** A document that is being written, as far as it can be drawn: what is wrong in it keeps nothing else from being seen. */
export function shapeOfDocument(
  document: unknown,
  language?: LanguageCode,
): Pick<JourneyShape, 'entry' | 'exits' | 'start' | 'steps'> {
  const { entry, exit, start, steps } = objectOf(document);
  const way = Entry.safeParse(entry);
  const exits = (Array.isArray(exit) ? exit : []).map((one) => Exit.safeParse(one));
  return {
    entry: way.success ? describeEntry(way.data, language) : '',
    exits: exits.flatMap((one) => (one.success ? [describeExit(one.data, language)] : [])),
    start: typeof start === 'string' ? start : '',
    steps: Object.entries(objectOf(steps)).map(([node, value]) => {
      const step = Step.safeParse(value);
      return step.success ? stepShape(node, step.data, language) : brokenStep(node, objectOf(value));
    }),
  };
}

/** A step that is no step yet: its name, and the steps that it names. */
function brokenStep(node: string, value: Readonly<Record<string, unknown>>): StepShape {
  const { type, label, then } = value;
  const named = [...Object.entries(value), ...Object.entries(objectOf(then))];
  const targets = named.flatMap(([name, target]): readonly (readonly [string, string])[] => {
    if (typeof target === 'string')
      return Object.hasOwn(objectOf(then), name) || WAYS.includes(name) ? [[name, target]] : [];
    const { next } = objectOf(target);
    return typeof next === 'string' ? [[name, next]] : [];
  });
  return {
    node,
    type: typeof type === 'string' ? type : '',
    label: typeof label === 'string' ? label : null,
    does: '',
    outlets: targets.map(([name, target]) => ({ name, target: target === 'end' ? null : target, means: '' })),
    settings: {},
  };
}

const WAYS = ['next', 'else', 'refused', 'failed', 'timed-out'];

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function stepShape(node: string, step: Step, language?: LanguageCode): StepShape {
  return {
    node,
    type: step.type,
    label: step.label ?? null,
    does: describeStep(step, language),
    outlets: outletsOf(step).map(({ name, target }) => ({
      name,
      target: target ?? null,
      means: describePassage({ stepNo: 0, node, at: 0, what: 'left', outlet: name }, step, language),
    })),
    settings: Object.fromEntries(Object.entries(step).filter(([name]) => !SHOWN_ELSEWHERE.includes(name))),
  };
}
