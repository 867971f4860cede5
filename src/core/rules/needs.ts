import type { CatalogLink } from '../data/index.ts';
import { about, audienceRule, type Step, type Subject, stepsOf } from './lookup.ts';
import type { Rule } from './rule.ts';

/** What must be known of a person before a rule can be decided in memory. */
export type Needs = {
  readonly events: Set<string>;
  /** Tables of which the person's own rows are asked. */
  readonly owned: Set<string>;
  /** Links that are followed, by the table that they start from and their name. */
  readonly links: Map<string, { readonly from: string; readonly link: CatalogLink }>;
};

/** Everything that the rule, and the rules of the audiences that it names, will look at. */
export function needsOf(rule: Rule, subject: Subject): Needs {
  const needs: Needs = { events: new Set(), owned: new Set(), links: new Map() };
  collect(rule, subject, needs);
  return needs;
}

function collect(rule: Rule, subject: Subject, needs: Needs): void {
  if ('all' in rule) collectAll(rule.all, subject, needs);
  else if ('any' in rule) collectAll(rule.any, subject, needs);
  else if ('none' in rule) collectAll(rule.none, subject, needs);
  else if ('event' in rule) addEvents(rule.event, needs);
  else if ('sequence' in rule) for (const step of rule.sequence) addEvents(step.event, needs);
  else if ('has' in rule) collectWay(rule.has, rule.where, subject, needs);
  else if ('link' in rule) collectWay(rule.link, rule.where, subject, needs);
  else if ('profile' in rule) collect(rule.profile, about(subject, 'profiles'), needs);
  else if ('audience' in rule) {
    const live = audienceRule(subject, rule.audience);
    if (live) collect(live.rule, live.subject, needs);
  }
}

function collectAll(rules: readonly Rule[], subject: Subject, needs: Needs): void {
  for (const rule of rules) collect(rule, subject, needs);
}

function addEvents(names: string | readonly string[], needs: Needs): void {
  for (const name of typeof names === 'string' ? [names] : names) needs.events.add(name);
}

function collectWay(path: string, where: Rule | undefined, subject: Subject, needs: Needs): void {
  const { first, rest, to } = stepsOf(subject, path);
  let from = subject.on;
  for (const step of [first, ...rest]) {
    addStep(step, from, needs);
    from = step.table.key;
  }
  if (where) collect(where, about(subject, to), needs);
}

function addStep(step: Step, from: string, needs: Needs): void {
  if (step.kind === 'owned') needs.owned.add(step.table.key);
  else needs.links.set(`${from} ${step.link.name}`, { from, link: step.link });
}
