import type { Catalog } from '../data/index.ts';
import { checkName, type Problem, says } from '../kernel/index.ts';
import { streamingProblems } from '../metrics/index.ts';
import { checkRule, Rule } from '../rules/index.ts';

/** An audience whose comings and goings are noticed as they happen; `instead` is what can be done without. */
export function checkLiveAudience(key: string, path: string, catalog: Catalog, instead?: string): Problem[] {
  const problems = checkName('audience', key, path, catalog.audiences);
  if (problems.length > 0 || catalog.audienceRules === undefined) return problems;
  const rule = catalog.audienceRules.get(key);
  const otherwise = instead === undefined ? {} : { expected: instead };
  if (rule === undefined) {
    return [
      {
        path,
        ...says('The audience "{key}" is static: nobody is seen to come into it or leave it.', { key }),
        ...otherwise,
      },
    ];
  }
  const parsed = Rule.safeParse(rule);
  if (!parsed.success || checkRule({ rule: parsed.data, catalog }).length > 0) return problems;
  return streamingProblems(parsed.data, catalog).map(({ wording }) => ({
    path,
    ...says('The audience "{key}" cannot be kept in real time: {problem}', { key, problem: wording }),
    ...otherwise,
  }));
}
