import type { Rule } from './rule.ts';

/** One group or condition of a rule, as lists show it: nested, each with the rules that tell how many people it concerns. */
export type RuleLine = {
  /** Where it stands in the rule: `all.1.none.0`; empty for the whole. */
  readonly path: string;
  readonly kind: 'all' | 'any' | 'none' | 'condition';
  /** The line by itself. */
  readonly rule: Rule;
  /** Everything that must hold for somebody to be left after this line; absent where lines are alternatives. */
  readonly left: Rule | undefined;
  readonly children: readonly RuleLine[];
};

/** The lines of a rule, read from top to bottom: along `all`, each leaves those who pass it and everything above it. */
export function linesOf(rule: Rule): RuleLine {
  return line(rule, '', []);
}

function line(rule: Rule, path: string, above: readonly Rule[] | undefined): RuleLine {
  const left = above && (above.length === 0 ? rule : { all: [...above, rule] });
  const at = (step: string) => (path === '' ? step : `${path}.${step}`);
  if ('all' in rule) {
    const children = rule.all.map((child, index) =>
      line(child, at(`all.${index}`), above && [...above, ...rule.all.slice(0, index)]),
    );
    return { path, kind: 'all', rule, left, children };
  }
  const kind = 'any' in rule ? 'any' : 'none' in rule ? 'none' : 'condition';
  const alternatives = 'any' in rule ? rule.any : 'none' in rule ? rule.none : [];
  const children = alternatives.map((child, index) => line(child, at(`${kind}.${index}`), undefined));
  return { path, kind, rule, left, children };
}
