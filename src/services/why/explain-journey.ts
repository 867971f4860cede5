import { JourneyDefinition, type JourneyInstance, type Position } from '../../core/journeys/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Fact, Reason, Standing } from '../../core/why/index.ts';
import type { Context } from '../../platform/context.ts';
import { refusalReason, whyNot } from './explain-entry.ts';
import { type Finding, reason } from './reason.ts';
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
export async function explainJourney(ctx: Context, person: Place, journey: string): Promise<Finding> {
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
  const definitionOf: DefinitionOf = ({ version }) => versions.find((one) => one.version === version)?.definition;
  return {
    about: 'journey',
    answer: latest ? answerOf(latest, definitionOf(latest)) : never(journey, refused),
    reasons: [
      ...instances.map((instance) => instanceReason(instance, { definitionOf, steps })),
      ...(refused ? [refusalReason(refused)] : []),
      ...(latest ? [] : await whyNot(ctx, person, doorOf(newest))),
      ...stateReason(newest),
    ],
  };
}

type DefinitionOf = (of: { readonly version: number }) => JourneyDefinition | undefined;

function never(journey: string, refused: RefusalFacts | undefined): Fact {
  const why = refused && { at: refused.at.getTime(), reason: refused.reason };
  return { kind: 'never-in-journey', journey, refused: why };
}

const doorOf = ({ definition, started_at }: Version) => ({ definition, startedAt: started_at.getTime() });

function answerOf(instance: InstanceFacts, definition: JourneyDefinition | undefined): Fact {
  const { journey_key: journey, instance_key: key } = instance;
  if (instance.state === 'ended') {
    const at = (instance.ended_at ?? instance.entered_at).getTime();
    return { kind: 'left-journey', journey, key, at, reason: instance.end_reason ?? '', exits: definition?.exit ?? [] };
  }
  const { positions } = instance.body as Pick<JourneyInstance, 'positions'>;
  return {
    kind: 'in-journey',
    journey,
    key,
    since: instance.entered_at.getTime(),
    held: instance.state === 'held',
    places: positions.map(standing),
  };
}

function instanceReason(
  instance: InstanceFacts,
  { definitionOf, steps }: { readonly definitionOf: DefinitionOf; readonly steps: readonly StepFacts[] },
): Reason {
  const { entry, positions } = instance.body as Pick<JourneyInstance, 'entry' | 'positions'>;
  const own = steps.filter((step) => step.instance_id === instance.instance_id);
  const { instance_key: key, dry_run: dryRun } = instance;
  const definition = definitionOf(instance);
  // Who was moved to another version meanwhile came into the one of their first step.
  const { version } = own[0] ?? instance;
  const end: Fact = { kind: 'ended', reason: instance.end_reason ?? '', exits: definition?.exit ?? [] };
  return reason({ kind: 'entered', version, by: entry.name, key, dryRun }, instance.entered_at, [
    ...own.map((step) => reason(passage(step, definitionOf(step)), step.at)),
    ...(instance.state === 'ended'
      ? [reason(end, instance.ended_at)]
      : positions.map((position) => waitReason(position, definition))),
  ]);
}

function passage(
  { node, what, outlet, detail, at, step_no }: StepFacts,
  definition: JourneyDefinition | undefined,
): Fact {
  const passed = {
    stepNo: step_no,
    node,
    at: at.getTime(),
    what,
    ...(outlet === null ? {} : { outlet }),
    ...(detail === null ? {} : { detail }),
  };
  return { kind: 'passage', passage: passed, step: definition?.steps[node] };
}

function waitReason(position: Position, definition: JourneyDefinition | undefined): Reason {
  const { node } = position;
  const step = definition?.steps[node];
  const does = step ? [reason({ kind: 'does', node, step })] : [];
  const chosen = position.why?.best_hour === undefined ? [] : [reason({ kind: 'chosen-hour', choice: position.why })];
  return reason({ kind: 'stands', ...standing(position) }, new Date(position.since), [...does, ...chosen]);
}

function standing({ node, dueAt, awaits }: Position): Standing {
  const held = awaits === 'held';
  const thing = awaits === 'turn' || awaits === 'outcome' || awaits === 'held' ? undefined : awaits;
  return { node, held, awaits: thing, until: dueAt };
}

function stateReason({ version, state, hold, closed_at, started_at, reason: why }: Version): Reason[] {
  const closed = state === 'closed' ? undefined : closed_at?.getTime();
  const said = why ? [reason({ kind: 'said', text: why })] : [];
  return [reason({ kind: 'version', version, state, hold: hold ?? undefined, closed }, started_at, said)];
}
