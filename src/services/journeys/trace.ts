import { describePassage, type JourneyDefinition } from '../../core/journeys/index.ts';
import { type LanguageCode, notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Place } from '../instances/index.ts';
import { existsJourney, selectBody } from './store.ts';
import { type StepRow, selectInstancesOf, selectSteps, type TraceInstanceRow } from './store-people.ts';

const INSTANCES_MAX = 100;
const STEPS_MAX = 5_000;

export type TraceStep = Omit<StepRow, 'instance_id'> & {
  /** What happened and why, for people. */
  readonly words: string;
};
export type TraceInstance = TraceInstanceRow & { readonly steps: readonly TraceStep[] };

/** What one person went through in a journey: their instances, the newest first, with every passage. @throws AppError `not_found`. */
export async function tracePerson(
  ctx: Context,
  input: Place & { readonly key: string; readonly instanceId?: number | undefined; readonly language?: LanguageCode },
): Promise<TraceInstance[]> {
  if (!(await existsJourney(ctx.db, input.key))) throw notFound('journey', input.key);
  const all = await selectInstancesOf(ctx.db, input, input.key, INSTANCES_MAX);
  const instances = all.filter((it) => input.instanceId === undefined || it.instance_id === input.instanceId);
  const ids = instances.map((it) => it.instance_id);
  const steps = await selectSteps(ctx.db, input, ids, STEPS_MAX);
  const bodies = new Map<number, JourneyDefinition | undefined>();
  for (const version of new Set(steps.map((step) => step.version))) {
    bodies.set(version, await selectBody(ctx.db, { key: input.key, version }));
  }
  return instances.map((instance) => ({
    ...instance,
    steps: steps
      .filter((step) => step.instance_id === instance.instance_id)
      .map(({ instance_id: _id, ...step }) => ({
        ...step,
        words: wordsOf(step, bodies.get(step.version), input.language),
      })),
  }));
}

function wordsOf(
  step: Omit<StepRow, 'instance_id'>,
  body: JourneyDefinition | undefined,
  language: LanguageCode | undefined,
): string {
  const passage = {
    stepNo: step.step_no,
    node: step.node,
    at: step.at.getTime(),
    what: step.what,
    ...(step.outlet === null ? {} : { outlet: step.outlet }),
    ...(step.detail === null ? {} : { detail: step.detail }),
  };
  return describePassage(passage, body?.steps[step.node], language);
}
