import { z } from 'zod';
import { type Catalog, Name, PROFILES } from '../data/index.ts';
import { type Problem, worded } from '../kernel/index.ts';
import { checkRule, Rule } from '../rules/index.ts';

/** A named set of people: those for whom a rule is true at the moment, or those whom a campaign saved. */
export const AudienceDefinition = z
  .strictObject({
    kind: z.literal('audience'),
    key: Name,
    name: z.string().min(1).max(200).optional(),
    description: z.string().max(2_000).optional(),
    rule: Rule.optional().describe('Who is in it, evaluated when it is asked for'),
    static: z
      .boolean()
      .default(false)
      .describe('True: its members are what campaigns save to it and files bring; it has no rule'),
  })
  .superRefine((definition, check) => {
    if (definition.static === (definition.rule === undefined)) return;
    const message = definition.static
      ? worded('A static audience has no rule: its members are saved by campaigns.')
      : worded('An audience needs a rule, or static: true when campaigns save its members.');
    check.addIssue({ code: 'custom', path: ['rule'], message });
  });
export type AudienceDefinition = z.infer<typeof AudienceDefinition>;

/** Everything that the rule of an audience names and that does not exist, and circles of audiences. */
export function checkAudience(definition: AudienceDefinition, catalog: Catalog): Problem[] {
  if (definition.rule === undefined) return [];
  return checkRule({ rule: definition.rule, catalog, on: PROFILES }).map((problem) => ({
    ...problem,
    path: problem.path === '' ? 'rule' : `rule.${problem.path}`,
  }));
}
