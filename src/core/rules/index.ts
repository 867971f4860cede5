export { checkRule, ruleWarnings } from './check.ts';
export { compileClosure, compileRowClosure, type RowTest, type RuleTest } from './closure.ts';
export type { Aggregates, Comparison, PropertyTest, Scalar } from './comparison.ts';
export {
  type EventFact,
  type Facts,
  type MessageFact,
  NO_ROWS,
  type ReactionFact,
  type Row,
  type RowFacts,
  rowFacts,
} from './facts.ts';
export {
  type ConditionKind,
  type EventRule,
  type EventStep,
  type EventWindow,
  type HasRule,
  kindOf,
  type MessageRule,
  Rule,
} from './rule.ts';
