import { type Catalog, PROFILES } from '../data/index.ts';
import type { Problem } from '../kernel/index.ts';
import { checkRule } from '../rules/index.ts';
import type { AudienceDefinition } from './definition.ts';

/** Everything that the rule of an audience names and that does not exist, and circles of audiences. */
export function checkAudience(definition: AudienceDefinition, catalog: Catalog): Problem[] {
  if (definition.rule === undefined) return [];
  return checkRule({ rule: definition.rule, catalog, on: PROFILES }).map((problem) => ({
    ...problem,
    path: problem.path === '' ? 'rule' : `rule.${problem.path}`,
  }));
}
