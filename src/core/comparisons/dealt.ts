import {
  arrowsOf,
  type CampaignDefinition,
  HOLDOUT,
  outletsOf as outletsOfActivity,
  type Split,
} from '../campaigns/index.ts';
import { type JourneyDefinition, outletsOf as outletsOfStep } from '../journeys/index.ts';

/** People who were dealt by lot, so that what they do differently comes of what they got. */
export type Dealt = {
  /** Its name in the definition; of everybody but the holdout together, `rest`. */
  readonly name: string;
  readonly kind: 'variant' | 'holdout' | 'rest';
  /** The ways out that it is made of. */
  readonly outlets: readonly string[];
  /** The first emails that it leads to, those left out that others come to as well. */
  readonly emails: readonly string[];
};

/** A place at which people are dealt by lot. */
export type Deal = {
  /** The split of a campaign, the experiment of a journey. */
  readonly node: string;
  readonly label: string | null;
  readonly parts: readonly Dealt[];
};

type Arrow = { readonly from: string; readonly outlet: string; readonly to: string };
/** What both kinds of graph have in common. */
type Graph = {
  readonly starts: readonly string[];
  readonly arrows: readonly Arrow[];
  readonly isEmail: (node: string) => boolean;
};

/** Everybody but the holdout together, where the subsets are chosen by what they are. */
export const REST = 'rest';

/**
 * Every split of a campaign that deals by lot. Subsets with a rule or an order of their own differ in who is in them, whatever they get;
 * then only those held out can be compared, with all others together.
 */
export function dealsOfCampaign({ activities }: CampaignDefinition): Deal[] {
  const arrows = arrowsOf(activities);
  const isReached = new Set(arrows.map(({ to }) => to));
  const graph: Graph = {
    arrows,
    starts: Object.keys(activities).filter((name) => !isReached.has(name)),
    isEmail: (name) => activities[name]?.type === 'email',
  };
  return Object.entries(activities).flatMap(([node, activity]) => {
    if (activity.type !== 'split' || activity.overlap) return [];
    return dealOf(graph, { node, label: activity.label ?? null, groups: groupsOf(activity) });
  });
}

/** Every experiment of a journey. */
export function dealsOfJourney({ steps, start }: Pick<JourneyDefinition, 'steps' | 'start'>): Deal[] {
  const graph: Graph = {
    starts: [start],
    arrows: arrowsOfSteps(steps),
    isEmail: (name) => steps[name]?.type === 'email',
  };
  return Object.entries(steps).flatMap(([node, step]) => {
    if (step.type !== 'experiment') return [];
    const groups = outletsOfStep(step).map(({ name }) => group(name));
    return dealOf(graph, { node, label: step.label ?? null, groups });
  });
}

/** Whether somebody can get a message of a journey twice, so that its messages are not all of different people. */
export function mayRepeat({ entry, steps }: JourneyDefinition): boolean {
  const comesOnce = 'reentry' in entry && entry.reentry === false && !('instance' in entry);
  return !comesOnce || Object.values(steps).some((step) => step.type === 'parallel') || hasCircle(steps);
}

type Group = Omit<Dealt, 'emails'>;

const group = (name: string): Group => ({ name, kind: name === HOLDOUT ? 'holdout' : 'variant', outlets: [name] });

function groupsOf(split: Split): Group[] {
  const names = outletsOfActivity(split).map(({ name }) => name);
  if (Object.values(split.then).every(({ where, sort }) => where === undefined && sort === undefined)) {
    return names.map(group);
  }
  const others = names.filter((name) => name !== HOLDOUT);
  const rest: Group = { name: REST, kind: 'rest', outlets: others };
  // Whom no subset takes would be missing among the others, but not among those held out.
  const takesAll = Object.values(split.then).some(({ where, limit }) => where === undefined && limit === undefined);
  const isWhole = takesAll || split.complement !== undefined;
  return isWhole && others.length < names.length ? [rest, group(HOLDOUT)] : [];
}

/** One deal, where there is anything to compare. */
function dealOf(
  graph: Graph,
  { node, label, groups }: { readonly node: string; readonly label: string | null; readonly groups: readonly Group[] },
): Deal[] {
  if (groups.length < 2) return [];
  const parts = groups.map((part) => ({ ...part, emails: emailsOf(graph, node, part.outlets) }));
  return [{ node, label, parts }];
}

/** The first emails behind some ways out that nobody comes to by another way. */
function emailsOf(graph: Graph, node: string, outlets: readonly string[]): string[] {
  const isOurs = ({ from, outlet }: Arrow) => from === node && outlets.includes(outlet);
  const ours = graph.arrows.filter(isOurs).map(({ to }) => to);
  const others = walk(
    graph.starts,
    graph.arrows.filter((arrow) => !isOurs(arrow)),
  );
  const reached = walk(
    ours,
    graph.arrows.filter(({ from }) => !graph.isEmail(from)),
  );
  return [...reached].filter((name) => graph.isEmail(name) && !others.has(name));
}

function walk(starts: readonly string[], arrows: readonly Arrow[]): Set<string> {
  const reached = new Set(starts);
  for (const name of reached) {
    for (const arrow of arrows) if (arrow.from === name) reached.add(arrow.to);
  }
  return reached;
}

function arrowsOfSteps(steps: JourneyDefinition['steps']): Arrow[] {
  return Object.entries(steps).flatMap(([from, step]) =>
    outletsOfStep(step).flatMap(({ name, target }) =>
      target === undefined ? [] : [{ from, outlet: name, to: target }],
    ),
  );
}

function hasCircle(steps: JourneyDefinition['steps']): boolean {
  const arrows = arrowsOfSteps(steps);
  return Object.keys(steps).some((name) => {
    const next = arrows.filter(({ from }) => from === name).map(({ to }) => to);
    return walk(next, arrows).has(name);
  });
}
