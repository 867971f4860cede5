import type { Catalog } from '../data/index.ts';
import type { LanguageCode } from '../kernel/index.ts';
import { aggregatesOf, asksExistence } from './aggregate.ts';
import {
  AGGREGATE_KINDS,
  type Aggregates,
  type Comparison,
  comparisonOf,
  type Operator,
  type PropertyTest,
  propertyComparison,
} from './comparison.ts';
import { ENGLISH } from './english.ts';
import { FRENCH } from './french.ts';
import { joined } from './phrases.ts';
import { PORTUGUESE } from './portuguese.ts';
import type { EventStep, EventWindow, Rule } from './rule.ts';
import { SPANISH } from './spanish.ts';

/** What a language has to say; each entry makes a clause of its parts. Another language is another table of these functions. */
export type Language = {
  readonly and: string;
  readonly or: string;
  /** `30d` as "30 days". */
  readonly duration: (text: string) => string;
  /** Several clauses that must all hold, one of which must, or none of which may. */
  readonly join: (how: 'all' | 'any' | 'none', clauses: readonly string[]) => string;
  readonly everyone: string;
  readonly nobody: string;
  readonly value: (value: unknown) => string;
  readonly operators: Readonly<Record<Operator, (operand: unknown, value: (value: unknown) => string) => string>>;
  readonly compared: (subject: string, predicates: readonly string[]) => string;
  readonly trait: (name: string) => string;
  readonly events: (names: readonly string[]) => string;
  readonly withProperties: (what: string, tests: readonly string[]) => string;
  readonly window: (window: EventWindow) => string;
  readonly did: (events: string, window: string) => string;
  readonly measured: (kind: keyof Aggregates, of: string | undefined, what: string, window: string) => string;
  readonly sequence: (steps: readonly string[], window: string) => string;
  readonly stepWithin: (step: string, within: string) => string;
  readonly rows: (path: string) => string;
  readonly suchThat: (what: string, condition: string) => string;
  readonly has: (rows: string) => string;
  readonly link: (name: string, condition: string | undefined) => string;
  readonly owner: (condition: string) => string;
  readonly member: (audience: string) => string;
  readonly message: (input: {
    campaign: string | undefined;
    activity: string | undefined;
    what: string;
    reason: string | undefined;
  }) => string;
  readonly machineReaction: (what: string) => string;
  readonly gotMessage: (message: string, window: string) => string;
  readonly consent: (channel: string, topic: string | undefined, is: 'granted' | 'refused' | 'unknown') => string;
  readonly reachable: (channel: string, topic: string | undefined) => string;
};

const LANGUAGES: Readonly<Record<LanguageCode, Language>> = { en: ENGLISH, fr: FRENCH, es: SPANISH, pt: PORTUGUESE };

/** What other sentences of the same language are put together from: quotation marks, durations, lists. */
export type Phrases = {
  readonly quoted: (name: string) => string;
  /** `1h` as "1 hour"; what is no duration of rules is left as it is. */
  readonly duration: (text: string) => string;
  readonly list: (items: readonly string[], word: 'and' | 'or') => string;
};

export function phrasesOf(language: LanguageCode): Phrases {
  const say = LANGUAGES[language];
  return {
    quoted: say.value,
    duration: say.duration,
    list: (items, word) => joined(items, say[word]),
  };
}

/** The rule as a person would say it, without a full stop; `catalog` gives the names that tables carry. */
export function sentenceOf(rule: Rule, _catalog?: Catalog, language: LanguageCode = 'en'): string {
  return clause(rule, LANGUAGES[language]);
}

function clause(rule: Rule, say: Language): string {
  if ('all' in rule) return group('all', rule.all, say);
  if ('any' in rule) return group('any', rule.any, say);
  if ('none' in rule) return group('none', rule.none, say);
  if ('trait' in rule) return comparedClause(say.trait(rule.trait), comparisonOf(rule), say);
  if ('column' in rule) return comparedClause(say.trait(rule.column), comparisonOf(rule), say);
  if ('event' in rule) {
    const what = eventsWith(rule, say);
    return aggregatesClause(rule, what, say.window(rule), say, say.did);
  }
  if ('sequence' in rule) {
    const steps = rule.sequence.map((step, index) => {
      const what = eventsWith(step, say);
      return index > 0 && step.within !== undefined ? say.stepWithin(what, step.within) : what;
    });
    return say.sequence(steps, say.window(rule));
  }
  if ('has' in rule) {
    const rows = say.rows(rule.has);
    const what = rule.where ? say.suchThat(rows, clause(rule.where, say)) : rows;
    return aggregatesClause(rule, what, '', say, say.has);
  }
  if ('link' in rule) return say.link(rule.link, rule.where && clause(rule.where, say));
  if ('profile' in rule) return say.owner(clause(rule.profile, say));
  if ('audience' in rule) return say.member(rule.audience);
  if ('message' in rule) {
    const what = say.message({
      campaign: rule.message === '*' ? undefined : rule.message,
      activity: rule.activity,
      what: reactionOrState(rule, say),
      reason: rule.reason,
    });
    const window = say.window(rule);
    if (!rule.count) return say.gotMessage(what, window);
    return comparedClause(say.measured('count', undefined, what, window), rule.count, say);
  }
  if ('consent' in rule) return say.consent(rule.consent, rule.topic, rule.is ?? 'granted');
  return say.reachable(rule.reachable, rule.topic);
}

function reactionOrState(rule: { reaction?: string; state?: string; machine?: boolean }, say: Language): string {
  const what = rule.reaction ?? rule.state ?? 'sent';
  return rule.machine ? say.machineReaction(what) : what;
}

function group(how: 'all' | 'any' | 'none', rules: readonly Rule[], say: Language): string {
  if (rules.length === 0) return how === 'any' ? say.nobody : say.everyone;
  const clauses = rules.map((rule) => {
    const nested = 'all' in rule || 'any' in rule || 'none' in rule;
    const text = clause(rule, say);
    return nested && rules.length > 1 ? `(${text})` : text;
  });
  return say.join(how, clauses);
}

function comparedClause(subject: string, comparison: Comparison, say: Language): string {
  return say.compared(subject, predicates(comparison, say));
}

function predicates(comparison: Comparison, say: Language): string[] {
  return Object.entries(comparison).map(([operator, operand]) =>
    say.operators[operator as Operator](operand, say.value),
  );
}

function eventsWith(step: Pick<EventStep, 'event' | 'where'>, say: Language): string {
  const names = say.events(typeof step.event === 'string' ? [step.event] : step.event);
  const tests = Object.entries(step.where ?? {}).map(([path, test]: [string, PropertyTest]) =>
    comparedClause(path, propertyComparison(test), say),
  );
  return tests.length === 0 ? names : say.withProperties(names, tests);
}

function aggregatesClause(
  rule: object,
  what: string,
  window: string,
  say: Language,
  exists: (what: string, window: string) => string,
): string {
  const aggregates = aggregatesOf(rule);
  if (asksExistence(aggregates)) return exists(what, window);
  const clauses = AGGREGATE_KINDS.flatMap((kind) => {
    const setting = aggregates[kind] as (Comparison & { of?: string }) | undefined;
    if (!setting) return [];
    return [comparedClause(say.measured(kind, setting.of, what, window), comparisonOf(setting), say)];
  });
  return say.join('all', clauses);
}
