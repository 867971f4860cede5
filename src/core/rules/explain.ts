import { type Catalog, PROFILES } from '../data/index.ts';
import type { Instant, LanguageCode } from '../kernel/index.ts';
import { aggregatesOf, aggregateText, type Items } from './aggregate.ts';
import { compileRule, rowMeasure, traitValue } from './closure.ts';
import { eventItems } from './closure-events.ts';
import { consentStatus, matchingMessages, unreachableReason } from './closure-messages.ts';
import { AGGREGATE_KINDS, type Aggregates, type Comparison } from './comparison.ts';
import { EVIDENCE, type Evidence } from './evidence.ts';
import type { Facts, Row } from './facts.ts';
import { audienceRule, type Subject, subjectOf } from './lookup.ts';
import { instantText } from './moment.ts';
import type { Rule } from './rule.ts';
import { sentenceOf } from './sentence.ts';

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
  return { ...common, found: foundText(rule, subject, known), children: [] };
}

function foundText(rule: Rule, subject: Subject, { facts, now, language }: Known): string {
  const say = EVIDENCE[language];
  if ('trait' in rule) return valueText(traitValue(rule.trait, facts), say);
  if ('column' in rule) return valueText((facts.profile as Record<string, unknown>)[rule.column], say);
  if ('event' in rule) {
    const items = eventItems(rule)(facts, now);
    return itemsText({ aggregates: aggregatesOf(rule), items, noun: 'event', last: items.times.at(-1) }, say);
  }
  if ('sequence' in rule) return sequenceText(rule.sequence, facts, now, say);
  if ('has' in rule) {
    const items = rowMeasure(rule, subject)(facts, NO_COLUMNS, now);
    return itemsText({ aggregates: aggregatesOf(rule), items, noun: 'row', last: undefined }, say);
  }
  if ('audience' in rule) return facts.audiences.has(rule.audience) ? say.member : say.noMember;
  if ('message' in rule) {
    const messages = matchingMessages(rule, facts, now);
    const found = foundOf(messages.length, rule.reaction ? 'reaction' : 'message', say);
    if (messages.length === 0) return found;
    return `${found}, ${say.lastOn(instantText(Math.max(...messages.map((message) => message.at))))}`;
  }
  if ('consent' in rule) return say.consent[consentStatus(facts, rule.consent, rule.topic ?? '')];
  if ('reachable' in rule) {
    const why = unreachableReason(rule, facts);
    if (!why) return say.reachable;
    return why.kind === 'consent' ? say.consent[why.status] : say.unreachable[why.kind];
  }
  return '';
}

function valueText(value: unknown, say: Evidence): string {
  return value === undefined || value === null ? say.missing : say.is(JSON.stringify(value));
}

function sequenceText(
  steps: readonly { event: string | string[] }[],
  facts: Facts,
  now: Instant,
  say: Evidence,
): string {
  return steps
    .map((step) => {
      const names = [step.event].flat();
      const items = eventItems({ event: names })(facts, now);
      const last = items.times.at(-1);
      const [one, many] = say.nouns.event;
      const counted = `${items.count} ${items.count === 1 ? one : many}`;
      return `${names.join(` ${say.or} `)}: ${counted}${last === undefined ? '' : `, ${say.lastOn(instantText(last))}`}`;
    })
    .join('; ');
}

type Found = {
  readonly aggregates: Aggregates;
  readonly items: Items;
  readonly noun: keyof Evidence['nouns'];
  readonly last: Instant | undefined;
};

/** "found 2 events of the wanted at least 3, last on ...". */
function itemsText({ aggregates, items, noun, last }: Found, say: Evidence): string {
  const parts = [`${foundOf(items.count, noun, say)}${wanted(aggregates.count, say)}`];
  for (const kind of AGGREGATE_KINDS) {
    const setting = aggregates[kind] as (Comparison & { of?: string }) | undefined;
    if (!setting || kind === 'count') continue;
    const text = aggregateText(kind, aggregates, items);
    const measure = say.measures[kind];
    const what = setting.of === undefined ? measure : say.of(measure, setting.of);
    parts.push(`${what} ${text === undefined ? say.missing : say.is(text)}`);
  }
  if (last !== undefined) parts.push(say.lastOn(instantText(last)));
  return parts.join(', ');
}

function foundOf(count: number, noun: keyof Evidence['nouns'], say: Evidence): string {
  const [one, many] = say.nouns[noun];
  return say.found(String(count), count === 1 ? one : many);
}

function wanted(count: Aggregates['count'], say: Evidence): string {
  const parts = Object.entries(count ?? {}).map(
    ([operator, value]) =>
      `${say.compared[operator as keyof Evidence['compared']]} ${[value].flat().join(` ${say.and} `)}`,
  );
  return parts.length === 0 ? '' : say.wanted(parts.join(` ${say.and} `));
}
