import { checkAudience } from '../../core/audiences/index.ts';
import { checkCampaign } from '../../core/campaigns/index.ts';
import { checkComputedTrait } from '../../core/computed/index.ts';
import { checkFragment, checkTemplate, expandFragments, type KnownVariables } from '../../core/content/index.ts';
import { checkTable, PROFILE_COLUMNS } from '../../core/data/index.ts';
import type { Definition, DefinitionOf } from '../../core/definitions/index.ts';
import { checkJourney } from '../../core/journeys/index.ts';
import { type Problem, says } from '../../core/kernel/index.ts';
import { checkDecision, checkPlacement } from '../../core/placements/index.ts';
import { isPrivateUrl } from '../../platform/private-address.ts';
import { checkCompiled } from '../templates/index.ts';
import { checkRowVariables } from './check-row-variables.ts';
import { fragmentsOf, type World } from './load-world.ts';

type Fragments = ReturnType<typeof fragmentsOf>;

/** Everything that `definition` names and that does not exist in `world`, with the nearest name that does. */
export function checkDefinition(definition: Definition, world: World): Problem[] {
  switch (definition.kind) {
    case 'table':
      return checkTable(definition, world.definitionsOf('table'));
    case 'channel':
    case 'identity':
      return [];
    case 'endpoint':
      return checkReach(definition);
    case 'computed-trait':
      return checkComputedTrait(definition, world.catalog);
    case 'fragment':
      return checkFragment(definition, fragmentsOf(world));
    case 'template':
      return [...checkTemplate(definition, profileVariables(world), fragmentsOf(world)).problems];
    case 'audience':
      return checkAudience(definition, world.catalog);
    case 'campaign':
      return [...checkCampaign(definition, world.catalog), ...checkRowVariables(definition, world)];
    case 'journey':
      return [...checkJourney(definition, world.catalog), ...checkStepsReach(definition)];
    case 'placement':
      return checkPlacement(definition, world.catalog);
    case 'decision':
      return checkDecision(
        definition,
        world.catalog,
        world.definitionsOf('placement').map((placement) => placement.key),
      );
  }
}

/** An address that every call would be refused for. */
function checkReach({ url, auth, allow_private: mayBePrivate }: DefinitionOf<'endpoint'>): Problem[] {
  if (mayBePrivate) return [];
  const urls = [['url', url] as const, ...(auth.type === 'token' ? [['auth.url', auth.url] as const] : [])];
  return urls.flatMap(([path, written]) =>
    isPrivateUrl(written)
      ? [{ path, ...says('Is not on the public internet; allow_private: true lets the endpoint be there.') }]
      : [],
  );
}

function checkStepsReach({ steps }: DefinitionOf<'journey'>): Problem[] {
  return Object.entries(steps).flatMap(([name, step]) =>
    step.type === 'http' && step.url !== undefined && isPrivateUrl(step.url)
      ? [
          {
            path: `steps.${name}.url`,
            ...says('Is not on the public internet; an endpoint with allow_private: true may be elsewhere.'),
          },
        ]
      : [],
  );
}

/**
 * The same for definitions that are about to be saved together, and what only compiling finds: of the templates themselves, and of
 * those that a changed fragment is part of.
 */
export async function checkDefinitions(
  batch: readonly Definition[],
  world: World,
): Promise<{ readonly definition: Definition; readonly problem: Problem }[]> {
  const found = batch.flatMap((definition) =>
    checkDefinition(definition, world).map((problem) => ({ definition, problem })),
  );
  if (found.length > 0) return found;
  const fragments = fragmentsOf(world);
  for (const template of world.definitionsOf('template')) {
    const cause = batch.find((definition) => definition === template || isPartOf(definition, template, fragments));
    if (!cause) continue;
    const problems = await checkCompiled(template, fragments);
    found.push(...problems.map((problem) => ({ definition: cause, problem: named(problem, template, cause) })));
  }
  return found;
}

function isPartOf(definition: Definition, template: DefinitionOf<'template'>, fragments: Fragments): boolean {
  if (definition.kind !== 'fragment') return false;
  const bodies = { mjml: template.mjml, html: template.html, text: template.text };
  return (['mjml', 'html', 'text'] as const).some((format) =>
    expandFragments(bodies[format] ?? '', format, fragments).used.includes(definition.key),
  );
}

function named(problem: Problem, template: Definition, cause: Definition): Problem {
  return cause === template
    ? problem
    : { ...problem, ...says('In template "{key}": {problem}', { key: template.key, problem: problem.wording }) };
}

/** What templates can say of a person. Before the first import nobody knows the traits, so none is refused. */
function profileVariables({ catalog }: World): KnownVariables {
  if (catalog.traits.length === 0) return {};
  const names = [...PROFILE_COLUMNS, ...catalog.traits].map((column) => column.name);
  return { profile: [...new Set(names)] };
}
