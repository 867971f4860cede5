// Owns: what a rule means for one person whose facts are in memory. The SQL compiler of services/rules says the same for sets.
// Does not own: where facts come from, whether the rule's names exist (checkRule).
// Invariants: 1 no clock and no I/O: same facts and `now`, same answer. 2 every condition is true or false, never unknown:
// a missing value and one of another type pass no operator but the negated ones.
import { type Catalog, type Column, PROFILES } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import { aggregatesOf, compileAggregates, type Items } from './aggregate.ts';
import { compileEvents, compileSequence } from './closure-events.ts';
import { compileConsent, compileMessage, compileReachable } from './closure-messages.ts';
import { compileComparison, valueAt } from './compare.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts, Row } from './facts.ts';
import {
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
import type { ColumnRule, HasRule, LinkRule, Rule, TraitRule } from './rule.ts';

/** A rule as a function; `row` is the row that it is about, or the population's row with its added columns. */
export type RowTest = (facts: Facts, row: Row, now: Instant) => boolean;
export type RuleTest = (facts: Facts, now: Instant) => boolean;

const NO_COLUMNS: Row = {};

/** The rule about people, as a function of one person's facts. The rule must have passed `checkRule`. */
export function compileClosure(rule: Rule, catalog: Catalog): RuleTest {
  const test = compileRule(rule, subjectOf({ catalog }));
  return (facts, now) => test(facts, NO_COLUMNS, now);
}

/** The rule about the rows of a table or of a population with added columns; `facts` are those of the row's owner. */
export function compileRowClosure(input: {
  readonly rule: Rule;
  readonly catalog: Catalog;
  readonly on: string;
  readonly columns?: readonly Column[];
}): RowTest {
  return compileRule(input.rule, subjectOf(input));
}

/** The compiler inside: also used to explain each condition on its own. */
export function compileRule(rule: Rule, subject: Subject): RowTest {
  if ('all' in rule) {
    const tests = rule.all.map((child) => compileRule(child, subject));
    return (facts, row, now) => tests.every((test) => test(facts, row, now));
  }
  if ('any' in rule) {
    const tests = rule.any.map((child) => compileRule(child, subject));
    return (facts, row, now) => tests.some((test) => test(facts, row, now));
  }
  if ('none' in rule) {
    const tests = rule.none.map((child) => compileRule(child, subject));
    return (facts, row, now) => !tests.some((test) => test(facts, row, now));
  }
  if ('trait' in rule) return compileTrait(rule);
  if ('column' in rule) return compileColumn(rule, subject);
  if ('event' in rule) return compileEvents(rule);
  if ('sequence' in rule) return compileSequence(rule);
  if ('has' in rule) return compileHas(rule, subject);
  if ('link' in rule) return compileLink(rule, subject);
  if ('profile' in rule) return compileOwner(rule.profile, subject);
  if ('audience' in rule) return compileAudience(rule.audience, subject);
  if ('message' in rule) return compileMessage(rule);
  if ('consent' in rule) return compileConsent(rule);
  return compileReachable(rule);
}

function compileTrait(rule: TraitRule): RowTest {
  const reserved = profileColumn(rule.trait);
  const test = compileComparison(comparisonOf(rule), reserved?.type ?? 'json');
  return (facts, _row, now) => test(traitValue(rule.trait, facts), now);
}

/** What a profile says at a trait's path, reserved columns included. */
export function traitValue(trait: string, facts: Facts): unknown {
  if (profileColumn(trait)) return (facts.profile as Record<string, unknown>)[trait];
  return valueAt(facts.traits, trait.split('.'));
}

function compileColumn(rule: ColumnRule, subject: Subject): RowTest {
  const { source } = columnOf(subject, rule.column.split('.')[0] ?? '');
  const path = rule.column.split('.');
  const test = compileComparison(comparisonOf(rule), pathType(subject, rule.column));
  return (facts, row, now) => test(valueAt(source === 'profile' ? facts.profile : row, path), now);
}

function compileHas(rule: HasRule, subject: Subject): RowTest {
  const measure = rowMeasure(rule, subject);
  const test = compileAggregates(aggregatesOf(rule));
  return (facts, row, now) => test(measure(facts, row, now), now);
}

/** The rows that a `has` condition is about, as items that aggregates read. */
export function rowMeasure(rule: HasRule, subject: Subject): (facts: Facts, row: Row, now: Instant) => Items {
  const { first, rest, to } = stepsOf(subject, rule.has);
  const target = about(subject, to);
  const accepts = rule.where && compileRule(rule.where, target);
  return (facts, row, now) => {
    const reached = rest.reduce(
      (rows, step) => rows.flatMap((each) => followStep(step, facts, each)),
      followStep(first, facts, row),
    );
    const rows = accepts ? reached.filter((each) => accepts(facts, each, now)) : reached;
    return {
      count: rows.length,
      values: (path) => rows.map((each) => valueAt(each, path.split('.'))),
      typeOf: (path) => pathType(target, path),
      times: [],
    };
  };
}

function followStep(step: Step, facts: Facts, row: Row): readonly Row[] {
  return step.kind === 'owned' ? facts.rows.owned(step.table.key) : facts.rows.linked(step.link, row);
}

function compileLink(rule: LinkRule, subject: Subject): RowTest {
  return compileHas({ has: rule.link, ...(rule.where ? { where: rule.where } : {}) }, subject);
}

function compileOwner(rule: Rule, subject: Subject): RowTest {
  const test = compileRule(rule, about(subject, PROFILES));
  return (facts, row, now) => {
    const owner = facts.rows.ownerOf(subject.on, row);
    return owner !== undefined && test(owner, NO_COLUMNS, now);
  };
}

function compileAudience(key: string, subject: Subject): RowTest {
  const live = audienceRule(subject, key);
  if (live) return compileRule(live.rule, live.subject);
  return (facts) => facts.audiences.has(key);
}
