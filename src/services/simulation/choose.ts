import type { Catalog } from '../../core/data/index.ts';
import { type DefinitionOf, parseDefinition } from '../../core/definitions/index.ts';
import { invalid, notFound, say, says } from '../../core/kernel/index.ts';
import { compileRules, type RulesInput, type SimulationRules } from '../../core/simulation/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  getDefinition,
  loadWorld,
  type SourceDocument,
  validateDefinitions,
  type World,
} from '../definitions/index.ts';

/** What is simulated: documents that need not be saved, or a journey or an audience by its key, the draft if there is one. */
export type SimulationTarget =
  | { readonly documents: readonly SourceDocument[] }
  | { readonly key: string; readonly version?: number | undefined };

type Journey = { readonly version: number; readonly definition: DefinitionOf<'journey'> };

/**
 * The wanted definitions and those that they move people into or look at, compiled. What is not among the wanted ones is taken as it
 * is saved.
 * @throws AppError `invalid` with every problem of the documents, `not_found` when there is no such journey or audience.
 */
export async function chooseRules(
  ctx: Context,
  target: SimulationTarget,
): Promise<SimulationRules & { catalog: Catalog }> {
  const { world, versions, wanted } = await readTarget(ctx, target);
  const journeys = withJumps(wanted.journeys, world, versions);
  const named = new Set([...wanted.audiences, ...journeys.flatMap(({ definition }) => audiencesOf(definition))]);
  const audiences = world.definitionsOf('audience').flatMap(({ key, rule }): RulesInput['audiences'][number][] => {
    return rule === undefined || !named.has(key) ? [] : [{ key, version: versions.get(`audience/${key}`) ?? 0, rule }];
  });
  const rules = audiences.map(({ rule }) => rule);
  const computed = computedIn(world, [...rules, ...journeys.map(({ definition }) => definition)]);
  return { ...compileRules({ catalog: world.catalog, computed, audiences, journeys }), catalog: world.catalog };
}

/** The computed traits of which something speaks, or an audience of which it speaks. Whatever names one has its name in it. */
function computedIn(world: World, parts: readonly unknown[]): readonly DefinitionOf<'computed-trait'>[] {
  const names = new Set<string>();
  const read = (part: unknown) => {
    for (const [name] of JSON.stringify(part).matchAll(/[\w-]+/g)) {
      if (names.has(name)) continue;
      names.add(name);
      const rule = world.catalog.audienceRules?.get(name);
      if (rule !== undefined) read(rule);
    }
  };
  parts.forEach(read);
  return world.definitionsOf('computed-trait').filter(({ key }) => names.has(key));
}

type Target = {
  readonly world: World;
  /** By kind and key; of what is not saved there is none. */
  readonly versions: ReadonlyMap<string, number>;
  readonly wanted: { readonly journeys: readonly DefinitionOf<'journey'>[]; readonly audiences: readonly string[] };
};

async function readTarget(ctx: Context, target: SimulationTarget): Promise<Target> {
  if ('key' in target)
    return target.version === undefined ? readSaved(ctx, target.key) : readVersion(ctx, target.key, target.version);
  const problems = await validateDefinitions(ctx, target.documents);
  if (problems.length > 0) throw invalid(say('The definitions cannot be simulated.'), problems);
  const batch = target.documents.map(({ value }) => parseDefinition(value));
  const journeys = batch.filter((one): one is DefinitionOf<'journey'> => one.kind === 'journey');
  const audiences = batch.flatMap((one) => (one.kind === 'audience' && !one.static ? [one.key] : []));
  if (journeys.length + audiences.length === 0) {
    throw invalid(say('There is nothing to simulate.'), [
      { path: '', ...says('The definitions hold neither a journey nor an audience with a rule.') },
    ]);
  }
  const world = await loadWorld(ctx.db, { states: ['published', 'draft'], batch });
  return { world, versions: new Map(), wanted: { journeys, audiences } };
}

/** One version of a journey that was saved, draft or not, in the place of the newest. */
async function readVersion(ctx: Context, key: string, version: number): Promise<Target> {
  const { body } = await getDefinition(ctx, { kind: 'journey', key, version });
  const definition = parseDefinition(body) as DefinitionOf<'journey'>;
  const world = await loadWorld(ctx.db, { states: ['published', 'draft'], batch: [definition] });
  const versions = new Map([[`journey/${key}`, version]]);
  return { world, versions, wanted: { journeys: [definition], audiences: [] } };
}

async function readSaved(ctx: Context, key: string): Promise<Target> {
  const world = await loadWorld(ctx.db, { states: ['published', 'draft'], batch: [] });
  const journey = world.definitionsOf('journey').find((one) => one.key === key);
  const audience = world.definitionsOf('audience').find((one) => one.key === key && !one.static);
  const kind = journey ? 'journey' : 'audience';
  if (!journey && !audience) throw notFound('journey or audience with a rule', key);
  const { version } = await getDefinition(ctx, { kind, key });
  const wanted = journey ? { journeys: [journey], audiences: [] } : { journeys: [], audiences: [key] };
  return { world, versions: new Map([[`${kind}/${key}`, version]]), wanted };
}

/** The journeys, and those into which they let people, and so on. */
function withJumps(
  wanted: readonly DefinitionOf<'journey'>[],
  world: World,
  versions: ReadonlyMap<string, number>,
): Journey[] {
  const found = new Map<string, Journey>();
  const visit = (definition: DefinitionOf<'journey'>) => {
    if (found.has(definition.key)) return;
    found.set(definition.key, { definition, version: versions.get(`journey/${definition.key}`) ?? 0 });
    const targets = world.catalog.journeys?.get(definition.key)?.jumps ?? [];
    for (const next of world.definitionsOf('journey')) if (targets.includes(next.key)) visit(next);
  };
  for (const definition of wanted) visit(definition);
  return [...found.values()];
}

/** The audiences whose comings and goings move people of a journey. */
function audiencesOf({ entry, exit, steps }: DefinitionOf<'journey'>): string[] {
  const places = [entry, ...exit, ...Object.values(steps).flatMap((step) => awaitedIn(step))];
  return places.flatMap((place) => {
    if ('audience' in place && typeof place.audience === 'string') return [place.audience];
    return 'read' in place && typeof place.read === 'string' ? [place.read] : [];
  });
}

function awaitedIn(step: DefinitionOf<'journey'>['steps'][string]): object[] {
  return step.type === 'wait-for' ? [step, ...Object.values(step.any ?? {})] : [];
}
