import {
  describeEnd,
  describePassage,
  describeRefusal,
  describeStep,
  JourneyDefinition,
  type JourneyInstance,
  type Position,
} from '../../core/journeys/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { refusalReason, whyNot } from './explain-entry.ts';
import { moment, type Reason, reason, type Why } from './reason.ts';
import {
  type InstanceFacts,
  type RefusalFacts,
  type StepFacts,
  selectInstances,
  selectRefusals,
  selectSteps,
  selectVersions,
  type VersionFacts,
} from './store-journey.ts';
import type { Place } from './store-person.ts';

const INSTANCES_MAX = 10;

type Version = Omit<VersionFacts, 'body'> & { readonly definition: JourneyDefinition };

/**
 * How one person went through a journey: each time they entered, every passage in words, and what they wait for now; of somebody who
 * was never in it, what lets people in and what the person did of that.
 * @throws AppError `not_found` when the journey was never in force.
 */
export async function explainJourney(ctx: Context, person: Place, journey: string): Promise<Why> {
  const versions = (await selectVersions(ctx.db, journey)).map(
    ({ body, ...version }): Version => ({ ...version, definition: JourneyDefinition.parse(body) }),
  );
  const [newest] = versions;
  if (!newest) throw notFound('journey in force', journey);
  const instances = await selectInstances(ctx.db, person, { journey, limit: INSTANCES_MAX });
  const steps = await selectSteps(
    ctx.db,
    person,
    instances.map(({ instance_id }) => instance_id),
  );
  const [latest] = instances;
  const [refusal] = await selectRefusals(ctx.db, person, { journey, limit: 1 });
  const refused = refusal && (!latest || refusal.at >= latest.entered_at) ? refusal : undefined;
  const definitionOf = ({ version }: InstanceFacts) => versions.find((one) => one.version === version)?.definition;
  return {
    about: 'journey',
    profile: { bucket: person.bucket, profile_id: person.profileId },
    answer: latest ? answerOf(latest, definitionOf(latest)) : neverText(journey, refused),
    reasons: [
      ...instances.map((instance) => instanceReason(instance, { definition: definitionOf(instance), steps })),
      ...(refused ? [refusalReason(refused)] : []),
      ...(latest ? [] : await whyNot(ctx, person, doorOf(newest))),
      ...stateReason(newest),
    ],
  };
}

function neverText(journey: string, refused: RefusalFacts | undefined): string {
  if (!refused) return `Was never in ${journey}.`;
  return `Was never in ${journey}; on ${moment(refused.at)} ${describeRefusal(refused.reason)}.`;
}

const doorOf = ({ definition, started_at }: Version) => ({ definition, startedAt: started_at.getTime() });

function answerOf(instance: InstanceFacts, definition: JourneyDefinition | undefined): string {
  const name = `${instance.journey_key}${instance.instance_key ? ` (${instance.instance_key})` : ''}`;
  if (instance.state === 'ended') {
    return `Left ${name} on ${moment(instance.ended_at ?? instance.entered_at)}: ${describeEnd(instance.end_reason ?? '', definition?.exit)}.`;
  }
  const { positions } = instance.body as Pick<JourneyInstance, 'positions'>;
  const places = positions.map((position) => waitText(position)).join('; ');
  const held = instance.state === 'held' ? ', held while the journey is paused' : '';
  return `In ${name} since ${moment(instance.entered_at)}${held}${places === '' ? '' : `: ${places}`}.`;
}

function instanceReason(
  instance: InstanceFacts,
  { definition, steps }: { readonly definition: JourneyDefinition | undefined; readonly steps: readonly StepFacts[] },
): Reason {
  const { entry, positions } = instance.body as Pick<JourneyInstance, 'entry' | 'positions'>;
  const own = steps.filter((step) => step.instance_id === instance.instance_id);
  const dry = instance.dry_run ? ', as a dry run: nothing is sent' : '';
  const key = instance.instance_key ? `, key ${instance.instance_key}` : '';
  const title = `entered version ${instance.version} by "${entry.name}"${key}${dry}`;
  const end = describeEnd(instance.end_reason ?? '', definition?.exit);
  return reason(title, instance.entered_at, [
    ...own.map((step) => reason(stepText(step, definition), step.at)),
    ...(instance.state === 'ended'
      ? [reason(end, instance.ended_at)]
      : positions.map((position) => waitReason(position, definition))),
  ]);
}

function stepText(
  { node, what, outlet, detail, at, step_no }: StepFacts,
  definition: JourneyDefinition | undefined,
): string {
  const passage = {
    stepNo: step_no,
    node,
    at: at.getTime(),
    what,
    ...(outlet === null ? {} : { outlet }),
    ...(detail === null ? {} : { detail }),
  };
  return describePassage(passage, definition?.steps[node]);
}

function waitReason(position: Position, definition: JourneyDefinition | undefined): Reason {
  const step = definition?.steps[position.node];
  const does = step ? [reason(`${position.node} ${describeStep(step)}`)] : [];
  return reason(waitText(position), new Date(position.since), does);
}

function waitText({ node, dueAt, awaits }: Position): string {
  if (awaits === 'held') return `is held at ${node}`;
  const what = awaits === undefined || awaits === 'turn' || awaits === 'outcome' ? '' : ` for ${AWAITED[awaits]}`;
  return `waits at ${node}${what}${dueAt === undefined ? '' : `, until ${moment(dueAt)}`}`;
}

const AWAITED = {
  input: 'something to happen',
  message: 'what becomes of its message',
  response: 'the answer to its call',
  lookup: 'rows that it looks up',
  join: 'the other branches',
} as const;

function stateReason({ version, state, hold, closed_at, started_at, reason: why }: Version): Reason[] {
  const paused =
    hold === 'hold'
      ? ' and holds people at its actions'
      : hold === 'discard'
        ? ' and lets go whoever comes to an action'
        : '';
  const closed = closed_at && state !== 'closed' ? `, closed to entries since ${moment(closed_at)}` : '';
  return [
    reason(`version ${version} is ${state.replace('_', ' ')}${paused}${closed}`, started_at, why ? [reason(why)] : []),
  ];
}
