import { type Catalog, PROFILES } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import { aggregatesOf, aggregateText, type Items } from './aggregate.ts';
import { compileRule, rowMeasure, traitValue } from './closure.ts';
import { eventItems } from './closure-events.ts';
import { consentStatus, matchingMessages, unreachableReason } from './closure-messages.ts';
import { AGGREGATE_KINDS, type Aggregates, type Comparison } from './comparison.ts';
import type { Facts, Row } from './facts.ts';
import { audienceRule, type Subject, subjectOf } from './lookup.ts';
import { instantText } from './moment.ts';
import type { Rule } from './rule.ts';
import { type LanguageCode, sentenceOf } from './sentence.ts';

/** Why a rule is true or false of one person, condition by condition. */
export type Explanation = {
  readonly kind: 'all' | 'any' | 'none' | 'condition';
  readonly sentence: string;
  readonly holds: boolean;
  /** What was found, in words; empty for groups, whose children say it. */
  readonly found: string;
  readonly children: readonly Explanation[];
};

/** Each condition of the rule with the facts that made it true or false. The rule must have passed `checkRule`. */
export function explainRule(input: {
  rule: Rule;
  catalog: Catalog;
  facts: Facts;
  now: Instant;
  language?: LanguageCode;
}): Explanation {
  const { rule, catalog, facts, now, language = 'en' } = input;
  return explainNode(rule, subjectOf({ catalog, on: PROFILES }), { facts, now, language });
}

type Known = { readonly facts: Facts; readonly now: Instant; readonly language: LanguageCode };

const NO_COLUMNS: Row = {};

function explainNode(rule: Rule, subject: Subject, known: Known): Explanation {
  const { facts, now } = known;
  const explain = (children: readonly Rule[]) => children.map((child) => explainNode(child, subject, known));
  const common = {
    kind: 'all' in rule ? 'all' : 'any' in rule ? 'any' : 'none' in rule ? 'none' : 'condition',
    sentence: sentenceOf(rule, subject.catalog, known.language),
    holds: compileRule(rule, subject)(facts, NO_COLUMNS, now),
    found: '',
  } as const;
  if ('all' in rule) return { ...common, children: explain(rule.all) };
  if ('any' in rule) return { ...common, children: explain(rule.any) };
  if ('none' in rule) return { ...common, children: explain(rule.none) };
  if ('audience' in rule) {
    const live = audienceRule(subject, rule.audience);
    if (live) return { ...common, children: [explainNode(live.rule, live.subject, known)] };
  }
  return { ...common, found: foundText(rule, subject, facts, now), children: [] };
}

function foundText(rule: Rule, subject: Subject, facts: Facts, now: Instant): string {
  if ('trait' in rule) return valueText(traitValue(rule.trait, facts));
  if ('column' in rule) return valueText((facts.profile as Record<string, unknown>)[rule.column]);
  if ('event' in rule) {
    const items = eventItems(rule)(facts, now);
    return itemsText(aggregatesOf(rule), items, 'event', items.times.at(-1));
  }
  if ('sequence' in rule) return sequenceText(rule.sequence, facts, now);
  if ('has' in rule)
    return itemsText(aggregatesOf(rule), rowMeasure(rule, subject)(facts, NO_COLUMNS, now), 'row', undefined);
  if ('audience' in rule) return facts.audiences.has(rule.audience) ? 'is a member' : 'is no member';
  if ('message' in rule) {
    const messages = matchingMessages(rule, facts, now);
    const last = Math.max(...messages.map((message) => message.at));
    return `found ${counted(messages.length, rule.reaction ? 'reaction' : 'message')}${messages.length > 0 ? `, last on ${instantText(last)}` : ''}`;
  }
  if ('consent' in rule) return `consent is ${consentStatus(facts, rule.consent, rule.topic ?? '')}`;
  if ('reachable' in rule) return unreachableReason(rule, facts) ?? 'can be reached';
  return '';
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'is missing';
  return `is ${JSON.stringify(value)}`;
}

function sequenceText(steps: readonly { event: string | string[] }[], facts: Facts, now: Instant): string {
  return steps
    .map((step) => {
      const names = [step.event].flat();
      const items = eventItems({ event: names })(facts, now);
      const last = items.times.at(-1);
      return `${names.join(' or ')}: ${counted(items.count, 'event')}${last === undefined ? '' : `, last on ${instantText(last)}`}`;
    })
    .join('; ');
}

/** "found 2 events of the wanted at least 3, last on ...". */
function itemsText(aggregates: Aggregates, items: Items, noun: string, last: Instant | undefined): string {
  const parts = [`found ${counted(items.count, noun)}${wanted(aggregates.count)}`];
  for (const kind of AGGREGATE_KINDS) {
    const setting = aggregates[kind] as (Comparison & { of?: string }) | undefined;
    if (!setting || kind === 'count') continue;
    const text = aggregateText(kind, aggregates, items);
    parts.push(`${kind}${setting.of === undefined ? '' : ` of ${setting.of}`} is ${text ?? 'missing'}`);
  }
  if (last !== undefined) parts.push(`last on ${instantText(last)}`);
  return parts.join(', ');
}

function wanted(count: Aggregates['count']): string {
  const words = {
    eq: 'exactly',
    ne: 'other than',
    gt: 'more than',
    gte: 'at least',
    lt: 'fewer than',
    lte: 'at most',
    between: 'between',
  };
  const parts = Object.entries(count ?? {}).map(
    ([operator, value]) => `${words[operator as keyof typeof words]} ${[value].flat().join(' and ')}`,
  );
  return parts.length === 0 ? '' : ` of the wanted ${parts.join(' and ')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
