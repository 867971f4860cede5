export {
  type AggregateTest,
  aggregatesOf,
  asksExistence,
  comparesMoments,
  compileAggregates,
  holdsForNone,
  type Items,
  type Total,
} from './aggregate.ts';
export { compileAggregateChange, compileChange, earliest } from './change.ts';
export { checkRule, ruleWarnings } from './check.ts';
export { compileClosure, compileRowClosure, type RowTest, type RuleTest, traitValue } from './closure.ts';
export { compileEvent, hasChain, sequenceGaps } from './closure-events.ts';
export { ADDRESS_COLUMNS, ANY_CAMPAIGN, PHONE_PATTERN } from './closure-messages.ts';
export { distinctKey, ELEMENT_NUMBER, instantOf, isTemporal, NEGATED, numberIn, valueAt } from './compare.ts';
export {
  AGGREGATE_KINDS,
  type AggregateKind,
  type Aggregates,
  type Comparison,
  comparisonOf,
  type Operator,
  type PropertyTest,
  propertyComparison,
  type Scalar,
} from './comparison.ts';
export { addDecimals, type Decimal, decimalOf, decimalText, scaledNumber } from './decimal.ts';
export { type Explanation, explainRule } from './explain.ts';
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
export { linesOf, type RuleLine } from './lines.ts';
export {
  about,
  audienceRule,
  columnOf,
  pathType,
  profileColumn,
  type Step,
  type Subject,
  stepsOf,
  subjectOf,
} from './lookup.ts';
export { anniversaryDays, instantText, momentOf, ruleDuration, ruleMoment } from './moment.ts';
export { type Needs, needsOf } from './needs.ts';
export {
  CONDITIONS,
  type ColumnRule,
  type ConditionKind,
  type ConsentRule,
  type EventRule,
  type EventStep,
  type EventWindow,
  type HasRule,
  kindOf,
  type MessageRule,
  type ReachableRule,
  Rule,
  type SequenceRule,
  type TraitRule,
} from './rule.ts';
export { type Phrases, phrasesOf, sentenceOf } from './sentence.ts';
export { compareTexts } from './text.ts';
export { waysOf } from './ways.ts';
export {
  canCount,
  compileWindow,
  entersAt,
  isWithin,
  leavesAt,
  type Span,
  spanAt,
  spanOf,
  type TimeWindow,
} from './window.ts';
