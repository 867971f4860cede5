import { awaitedOf } from '../journeys/index.ts';
import { ANY_CAMPAIGN, type Rule } from '../rules/index.ts';
import type { Definition, DefinitionKind, DefinitionOf } from './definition.ts';

/** What a definition is called. */
export type DefinitionName = { readonly kind: DefinitionKind; readonly key: string };

const LIQUID = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
const PROFILE_TRAIT = /\bprofile\s*(?:\.\s*(\w+)|\[\s*["'](\w+)["']\s*\])/g;
const FRAGMENT_KEY = /\{%-?\s*fragment\s+(?:"([^"]*)"|'([^']*)')/g;

/** The kinds of definition that name one of a kind by its key; ways to tables go by the names of links. */
export const NAMED_BY: Readonly<Record<Exclude<DefinitionKind, 'table'>, readonly DefinitionKind[]>> = {
  channel: ['campaign', 'journey'],
  endpoint: ['journey'],
  'computed-trait': [
    'computed-trait',
    'audience',
    'fragment',
    'template',
    'campaign',
    'journey',
    'placement',
    'decision',
  ],
  identity: [],
  fragment: ['fragment', 'template'],
  template: ['campaign', 'journey'],
  audience: ['computed-trait', 'audience', 'campaign', 'journey', 'placement', 'decision'],
  campaign: ['computed-trait', 'audience', 'campaign', 'journey', 'placement'],
  journey: ['journey'],
  placement: ['decision'],
  decision: [],
};

/**
 * Whether `definition` names the other one in a place where it has to exist; of tables only by their keys, of computed traits not as
 * the column of a population, which might be that of a table.
 */
export function refersTo(definition: Definition, { kind, key }: DefinitionName): boolean {
  return referencesOf(definition).some((name) => name.kind === kind && name.key === key);
}

/** Whether it sends without saying by which channel, which is right where there is only one. */
export function sendsByTheOnlyChannel(definition: Definition): boolean {
  if (definition.kind !== 'campaign' && definition.kind !== 'journey') return false;
  const steps = Object.values(definition.kind === 'campaign' ? definition.activities : definition.steps);
  return steps.some((step) => step.type === 'email' && step.channel === undefined);
}

function referencesOf(definition: Definition): DefinitionName[] {
  switch (definition.kind) {
    case 'template':
    case 'fragment':
      return [...fragmentsIn(definition), ...traitsInLiquid(definition)];
    case 'audience':
      return rule(definition.rule);
    case 'computed-trait':
      return 'has' in definition ? rule(definition.where) : [];
    case 'campaign':
      return ofCampaign(definition);
    case 'journey':
      return ofJourney(definition);
    case 'placement':
      return [
        ...definition.offers.flatMap((offer) => [...named('audience', offer.audience), ...rule(offer.rule)]),
        ...traitsInLiquid(definition.offers),
      ];
    case 'decision':
      return [
        ...definition.audiences.flatMap((key) => named('audience', key)),
        ...(definition.placements ?? []).flatMap((key) => named('placement', key)),
        ...definition.traits.flatMap(trait),
      ];
    case 'table':
      return Object.values(definition.links).flatMap(({ to }) => named('table', to));
    case 'channel':
    case 'endpoint':
    case 'identity':
      return [];
  }
}

function ofCampaign({ activities }: DefinitionOf<'campaign'>): DefinitionName[] {
  const all = Object.values(activities);
  // What the campaign saves itself need not exist.
  const saved = new Set(all.flatMap((activity) => (activity.type === 'save-audience' ? [activity.audience] : [])));
  const names = all.flatMap((activity) => {
    if (activity.type === 'build-audience') return [...named('table', activity.on), ...rule(activity.rule)];
    if (activity.type === 'change-dimension') return named('table', activity.to);
    if (activity.type === 'read-audience') return named('audience', activity.audience);
    if (activity.type === 'split') return Object.values(activity.then).flatMap(({ where }) => rule(where));
    if (activity.type !== 'email') return [];
    return [...named('template', activity.template), ...named('channel', activity.channel)];
  });
  return names.filter(({ kind, key }) => kind !== 'audience' || !saved.has(key));
}

function ofJourney({ entry, exit, steps }: DefinitionOf<'journey'>): DefinitionName[] {
  return [
    ...('audience' in entry ? named('audience', entry.audience) : []),
    ...('read' in entry ? named('audience', entry.read) : []),
    ...exit.flatMap((one) => [
      ...('audience' in one ? named('audience', one.audience) : []),
      ...('rule' in one ? rule(one.rule) : []),
    ]),
    ...Object.values(steps).flatMap(ofStep),
    ...traitsInLiquid(steps),
  ];
}

function ofStep(step: DefinitionOf<'journey'>['steps'][string]): DefinitionName[] {
  if (step.type === 'email') return [...named('template', step.template), ...named('channel', step.channel)];
  if (step.type === 'http') return named('endpoint', step.endpoint);
  if (step.type === 'lookup') return named('table', step.table);
  if (step.type === 'jump') return named('journey', step.journey);
  if (step.type === 'condition') return Object.values(step.then).flatMap((branch) => rule(branch.where));
  if (step.type === 'wait') {
    return typeof step.until === 'object' && 'trait' in step.until ? trait(step.until.trait) : [];
  }
  if (step.type !== 'wait-for') return [];
  return [...awaitedOf(step).values()].flatMap((awaited) => {
    if ('audience' in awaited) return named('audience', awaited.audience);
    if (!('message' in awaited) || typeof awaited.message === 'string') return [];
    return 'campaign' in awaited.message
      ? named('campaign', awaited.message.campaign)
      : named('journey', awaited.message.journey);
  });
}

function rule(tested: Rule | undefined): DefinitionName[] {
  if (tested === undefined) return [];
  if ('all' in tested) return tested.all.flatMap(rule);
  if ('any' in tested) return tested.any.flatMap(rule);
  if ('none' in tested) return tested.none.flatMap(rule);
  if ('has' in tested || 'link' in tested) return rule(tested.where);
  if ('profile' in tested) return rule(tested.profile);
  if ('trait' in tested) return trait(tested.trait);
  if ('audience' in tested) return named('audience', tested.audience);
  if ('message' in tested && tested.message !== ANY_CAMPAIGN) return named('campaign', tested.message);
  return [];
}

function fragmentsIn(definition: DefinitionOf<'template' | 'fragment'>): DefinitionName[] {
  const bodies = [definition.mjml, definition.html, definition.text];
  const lines = definition.kind === 'template' ? [definition.subject, definition.preheader] : [];
  return [...bodies, ...lines].flatMap((text = '') =>
    [...text.matchAll(FRAGMENT_KEY)].flatMap(([, double, single]) => named('fragment', double ?? single)),
  );
}

/** A trait, or what lies inside of one; whoever reads one that is computed needs its definition. */
function trait(path: string): DefinitionName[] {
  return named('computed-trait', path.split('.')[0]);
}

/** The traits that the Liquid in any text of a value reads. */
function traitsInLiquid(value: unknown): DefinitionName[] {
  if (typeof value === 'string') {
    return [...value.matchAll(LIQUID)].flatMap(([code]) =>
      [...code.matchAll(PROFILE_TRAIT)].flatMap(([, behind, inside]) => named('computed-trait', behind ?? inside)),
    );
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(traitsInLiquid) : [];
}

function named(kind: DefinitionKind, key: string | undefined): DefinitionName[] {
  return key === undefined ? [] : [{ kind, key }];
}
