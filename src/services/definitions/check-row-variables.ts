import { inboundOf, populationsOf } from '../../core/campaigns/index.ts';
import { checkTemplate } from '../../core/content/index.ts';
import type { DefinitionOf } from '../../core/definitions/index.ts';
import { type Problem, says } from '../../core/kernel/index.ts';
import { fragmentsOf, type World } from './load-world.ts';

/** The `row.` variables that a campaign's templates read and that the population which reaches them does not carry. */
export function checkRowVariables(campaign: DefinitionOf<'campaign'>, world: World): Problem[] {
  const shapes = populationsOf(campaign.activities, world.catalog);
  const inbound = inboundOf(campaign.activities);
  const fragments = fragmentsOf(world);
  return Object.entries(campaign.activities).flatMap(([name, activity]) => {
    if (activity.type !== 'email') return [];
    const template = world.definitionsOf('template').find((known) => known.key === activity.template);
    const arrow = inbound.get(name)?.[0];
    const population = arrow && shapes.get(`${arrow.from}.${arrow.outlet}`);
    if (!template || !population) return [];
    const columns = [...population.keys, ...population.columns].map((column) => column.name);
    const row = [...new Set([...columns, ...Object.keys(activity.data)])];
    // What is wrong with the template by itself is reported where the template is saved.
    const own = new Set(checkTemplate(template, {}, fragments).problems.map((problem) => JSON.stringify(problem)));
    return checkTemplate(template, { row }, fragments)
      .problems.filter((problem) => !own.has(JSON.stringify(problem)))
      .map((problem) => ({
        ...problem,
        path: `activities.${name}.template`,
        ...says('Template "{key}", {path}: {problem}', {
          key: template.key,
          path: problem.path,
          problem: problem.wording,
        }),
        expected:
          row.length === 0 ? 'a population that carries columns' : row.map((column) => `row.${column}`).join(' | '),
      }));
  });
}
