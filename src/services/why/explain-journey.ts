import type { JourneyInstance, Position } from '../../core/journeys/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { moment, type Reason, reason, type Why, words } from './reason.ts';
import { type InstanceFacts, type StepFacts, selectInstances, selectSteps } from './store-journey.ts';
import type { Place } from './store-person.ts';

const INSTANCES_MAX = 10;

/**
 * How one person went through a journey: each time they entered, every passage, and what they wait for now.
 * @throws AppError `not_found` when the person was never in the journey.
 */
export async function explainJourney(ctx: Context, person: Place, journey: string): Promise<Why> {
  const instances = await selectInstances(ctx.db, person, { journey, limit: INSTANCES_MAX });
  const [latest] = instances;
  if (!latest) throw notFound('journey of this person', journey);
  const ids = instances.map(({ instance_id }) => instance_id);
  const steps = await selectSteps(ctx.db, person, ids);
  return {
    about: 'journey',
    profile: { bucket: person.bucket, profile_id: person.profileId },
    answer: answerOf(latest),
    reasons: instances.map((instance) => instanceReason(instance, steps)),
  };
}

function answerOf(instance: InstanceFacts): string {
  const name = `${instance.journey_key}${instance.instance_key ? ` (${instance.instance_key})` : ''}`;
  switch (instance.state) {
    case 'ended':
      return `Left ${name} on ${moment(instance.ended_at ?? instance.entered_at)}: ${words(instance.end_reason ?? '?')}.`;
    case 'held':
      return `Held in ${name} while the journey is paused.`;
    case 'active':
      return `In ${name}, version ${instance.version}, since ${moment(instance.entered_at)}.`;
  }
}

function instanceReason(instance: InstanceFacts, steps: readonly StepFacts[]): Reason {
  const { entry, positions } = instance.body as Pick<JourneyInstance, 'entry' | 'positions'>;
  const own = steps.filter((step) => step.instance_id === instance.instance_id);
  const dry = instance.dry_run ? ', as a dry run: nothing is sent' : '';
  const key = instance.instance_key ? `, key ${instance.instance_key}` : '';
  return reason(`entered version ${instance.version} by ${entry.name}${key}${dry}`, instance.entered_at, [
    ...own.map((step) => reason(stepText(step), step.at)),
    ...(instance.state === 'ended' ? [reason(`ended: ${words(instance.end_reason ?? '?')}`, instance.ended_at)] : []),
    ...(instance.state === 'ended' ? [] : positions.map(waitReason)),
  ]);
}

function stepText({ node, outlet, detail }: StepFacts): string {
  const why = detail === null || detail === undefined ? '' : ` (${JSON.stringify(detail)})`;
  return outlet === null ? `came to ${node}${why}` : `left ${node} by ${outlet}${why}`;
}

function waitReason({ node, since, dueAt, awaits }: Position): Reason {
  const what = awaits === undefined || awaits === 'held' ? '' : ` for ${AWAITED[awaits]}`;
  const until = dueAt === undefined ? '' : `, until ${moment(dueAt)}`;
  return reason(awaits === 'held' ? `is held at ${node}` : `waits at ${node}${what}${until}`, new Date(since));
}

const AWAITED = {
  input: 'something to happen',
  message: 'what becomes of its message',
  response: 'the answer to its call',
  lookup: 'rows that it looks up',
  join: 'the other branches',
} as const;
