import type { Catalog } from '../data/index.ts';
import { type Problem, says, unknownName } from '../kernel/index.ts';
import { type Activity, END, type Inbound, kindOf, outletsOf } from './activities/index.ts';
import { ACTIVITIES_MAX, type CampaignDefinition } from './definition.ts';
import { type Activities, type Arrow, circlesOf, inboundOf, orderOf } from './graph.ts';
import type { Population } from './population.ts';

/** Everything wrong with a campaign, at once; the path of each problem names the activity: `activities.people.to`. */
export function checkCampaign(definition: CampaignDefinition, catalog: Catalog): Problem[] {
  const { activities } = definition;
  const known: Catalog = { ...catalog, audiences: [...catalog.audiences, ...savedAudiences(activities)] };
  return [
    ...checkSize(activities),
    ...checkTargets(activities),
    ...checkArrows(activities),
    ...checkActivities(activities, known),
    ...checkLayout(definition),
  ];
}

/** The shape of the rows on every arrow and loose outlet, by `activity.outlet`; those behind a problem are missing. */
export function populationsOf(activities: Activities, catalog: Catalog): ReadonlyMap<string, Population> {
  const shapes = new Map<string, Population>();
  const inbound = inboundOf(activities);
  for (const name of orderOf(activities)) {
    const activity = activities[name];
    const inputs = activity && inputsOf(inbound.get(name) ?? [], shapes);
    if (!activity || !inputs) continue;
    for (const outlet of outletsOf(activity)) {
      const population = kindOf(activity).output({ activity, inputs, catalog }, outlet.name);
      if (population) shapes.set(`${name}.${outlet.name}`, population);
    }
  }
  return shapes;
}

/** The shapes that arrive; undefined when one of them is not known. */
function inputsOf(arrows: readonly Arrow[], shapes: ReadonlyMap<string, Population>): Inbound[] | undefined {
  const inputs: Inbound[] = [];
  for (const arrow of arrows) {
    const from = `${arrow.from}.${arrow.outlet}`;
    const population = shapes.get(from);
    if (!population) return undefined;
    inputs.push({ from, population });
  }
  return inputs;
}

function checkSize(activities: Activities): Problem[] {
  const count = Object.keys(activities).length;
  if (count === 0) return [{ path: 'activities', ...says('A campaign needs at least one activity.') }];
  if (count <= ACTIVITIES_MAX) return [];
  return [
    {
      path: 'activities',
      ...says('A campaign holds at most {max} activities; this one has {count}.', { max: ACTIVITIES_MAX, count }),
    },
  ];
}

function checkTargets(activities: Activities): Problem[] {
  const names = Object.keys(activities);
  return Object.entries(activities).flatMap(([name, activity]) =>
    outletsOf(activity).flatMap(({ target, path }) => {
      if (target === undefined || Object.hasOwn(activities, target)) return [];
      return [
        unknownName({ what: 'activity', name: target, path: `activities.${name}.${path}`, known: [...names, END] }),
      ];
    }),
  );
}

function checkArrows(activities: Activities): Problem[] {
  const inbound = inboundOf(activities);
  const circles = circlesOf(activities);
  const inCircle = new Set(circles.flat());
  const reached = reachable(activities);
  const problems = circles.map(
    (circle): Problem => ({
      path: `activities.${circle[0] ?? ''}`,
      ...says('These activities lead in a circle: {circle}.', { circle: [...circle, circle[0]].join(' -> ') }),
    }),
  );
  for (const [name, activity] of Object.entries(activities)) {
    const arrows = inbound.get(name) ?? [];
    const problem = inCircle.has(name) ? undefined : arrivalProblem(activity, arrows, reached.has(name));
    if (problem !== undefined) problems.push({ path: `activities.${name}`, ...problem });
  }
  return problems;
}

/** What is wrong with what arrives at an activity. */
function arrivalProblem(
  activity: Activity,
  arrows: readonly Arrow[],
  reached: boolean,
): Pick<Problem, 'message' | 'wording'> | undefined {
  const { takes } = kindOf(activity);
  const { type } = activity;
  const sources = arrows.map((arrow) => `${arrow.from}.${arrow.outlet}`).join(', ');
  if (takes === 'none') {
    return arrows.length === 0
      ? undefined
      : says('A {type} starts a branch; nothing may lead to it ({sources} does).', { type, sources });
  }
  if (arrows.length === 0) {
    return type === 'email'
      ? says('An email needs a population; start with a build-audience or a read-audience and lead its arrow here.')
      : says('Nothing leads here, so it would never run.');
  }
  if (!reached) return says('It cannot be reached: no build-audience or read-audience comes before it.');
  if (takes === 'many' && arrows.length < 2)
    return says('A {type} needs two populations or more; only {sources} leads here.', { type, sources });
  if (takes === 'one' && arrows.length > 1) {
    return says('A {type} takes one population, but several lead here ({sources}); put a combine before it.', {
      type,
      sources,
    });
  }
  return undefined;
}

/** What can be reached from the activities that start a branch. */
function reachable(activities: Activities): Set<string> {
  const inbound = inboundOf(activities);
  const starts = Object.entries(activities).filter(([, activity]) => kindOf(activity).takes === 'none');
  const reached = new Set(starts.map(([name]) => name));
  const arrows = [...inbound.values()].flat();
  for (const name of reached) {
    for (const arrow of arrows) if (arrow.from === name) reached.add(arrow.to);
  }
  return reached;
}

function checkActivities(activities: Activities, catalog: Catalog): Problem[] {
  const shapes = populationsOf(activities, catalog);
  const inbound = inboundOf(activities);
  return Object.entries(activities).flatMap(([name, activity]) => {
    // An activity whose input is unknown is checked as far as that is possible without it.
    const inputs = inputsOf(inbound.get(name) ?? [], shapes) ?? [];
    const problems = kindOf(activity).check({ activity, inputs, catalog });
    return problems.map((problem) => ({
      ...problem,
      path: problem.path === '' ? `activities.${name}` : `activities.${name}.${problem.path}`,
    }));
  });
}

/** An audience that the campaign itself saves may be read by it. */
function savedAudiences(activities: Activities): string[] {
  return Object.values(activities).flatMap((activity) =>
    activity.type === 'save-audience' ? [activity.audience] : [],
  );
}

function checkLayout({ activities, layout }: CampaignDefinition): Problem[] {
  return Object.keys(layout ?? {}).flatMap((name) =>
    Object.hasOwn(activities, name)
      ? []
      : [unknownName({ what: 'activity', name, path: `layout.${name}`, known: Object.keys(activities) })],
  );
}
