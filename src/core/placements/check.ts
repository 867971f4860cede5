import { createTextCompiler } from '../content/index.ts';
import { type Catalog, PROFILES } from '../data/index.ts';
import { checkName, type Json, type Problem } from '../kernel/index.ts';
import { checkRule } from '../rules/index.ts';
import type { DecisionDefinition, PlacementDefinition } from './definition.ts';

/** Everything that a placement names and that does not exist, and Liquid that cannot be read. */
export function checkPlacement(definition: PlacementDefinition, catalog: Catalog): Problem[] {
  const compiler = createTextCompiler();
  const contents: (readonly [path: string, content: Json])[] = definition.offers.map((offer, index) => [
    `offers.${index}.content`,
    offer.content,
  ]);
  if (definition.fallback !== undefined) contents.push(['fallback', definition.fallback]);
  return [
    ...definition.offers.flatMap((offer, index) => [
      ...[offer.audience ?? []]
        .flat()
        .flatMap((name) => checkName('audience', name, `offers.${index}.audience`, catalog.audiences)),
      ...(offer.rule === undefined ? [] : checkRule({ rule: offer.rule, catalog, on: PROFILES })).map((problem) => ({
        ...problem,
        path: problem.path === '' ? `offers.${index}.rule` : `offers.${index}.rule.${problem.path}`,
      })),
    ]),
    ...contents.flatMap(([path, content]) =>
      textsOf(content, path).flatMap((text) => compiler.problems(text.path, text.text, { profile: null })),
    ),
  ];
}

/** Audiences and placements that a decision names and that do not exist. */
export function checkDecision(
  definition: DecisionDefinition,
  catalog: Catalog,
  placements: readonly string[],
): Problem[] {
  return [
    ...definition.audiences.flatMap((name, index) =>
      checkName('audience', name, `audiences.${index}`, catalog.audiences),
    ),
    ...(definition.placements ?? []).flatMap((name, index) =>
      checkName('placement', name, `placements.${index}`, placements),
    ),
  ];
}

/** The texts of some JSON with the paths to them. */
function textsOf(content: Json, path: string): { path: string; text: string }[] {
  if (typeof content === 'string') return [{ path, text: content }];
  if (content === null || typeof content !== 'object') return [];
  return Object.entries(content).flatMap(([name, part]) => textsOf(part, `${path}.${name}`));
}
