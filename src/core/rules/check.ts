import { type Catalog, type Column, type ColumnType, PROFILES } from '../data/index.ts';
import {
  AppError,
  type Noun,
  type Problem,
  type Said,
  say,
  says,
  suggest,
  thereIsNo,
  type Wording,
} from '../kernel/index.ts';
import { aggregatesOf, comparesMoments } from './aggregate.ts';
import { ANY_CAMPAIGN } from './closure-messages.ts';
import { isTemporal } from './compare.ts';
import { AGGREGATE_KINDS, type AggregateKind, type Comparison, comparisonOf, type Operator } from './comparison.ts';
import {
  about,
  audienceRule,
  findColumn,
  findSteps,
  profileColumn,
  type Subject,
  stepNames,
  subjectOf,
} from './lookup.ts';
import { ruleMoment } from './moment.ts';
import { type HasRule, kindOf, type Rule, type SequenceRule } from './rule.ts';

type Input = {
  readonly rule: Rule;
  readonly catalog: Catalog;
  /** `profiles` (the default) or the key of a table. */
  readonly on?: string;
  /** Extra columns of the population that the rule is applied to. */
  readonly columns?: readonly Column[];
  /** Traits and event names never seen are errors as well. */
  readonly strict?: boolean;
};

type Found = { readonly errors: Problem[]; readonly warnings: Problem[] };

/** Everything wrong with a parsed rule, at once: names that lead nowhere, types that cannot be compared, audiences in a circle. */
export function checkRule(input: Input): Problem[] {
  const { errors, warnings } = inspect(input);
  return input.strict ? [...errors, ...warnings] : errors;
}

/** What is worth a second look although it may be meant: traits and events that nobody has yet, values of an unusual type. */
export function ruleWarnings(input: Input): Problem[] {
  return inspect(input).warnings;
}

function inspect(input: Input): Found {
  const found: Found = { errors: [], warnings: [] };
  checkNode(input.rule, { subject: subjectOf(input), path: '', found });
  return found;
}

type Place = { readonly subject: Subject; readonly path: string; readonly found: Found };

function at(place: Place, key: string | number): Place {
  return { ...place, path: place.path === '' ? String(key) : `${place.path}.${key}` };
}

function unknown(
  place: Place,
  what: Noun | Wording,
  name: string,
  known: Iterable<string>,
  list = place.found.errors,
): void {
  const names = [...known];
  const near = suggest(name, names);
  list.push({
    path: place.path,
    ...thereIsNo(what, name),
    ...(names.length > 0 && names.length <= 30 ? { expected: names.join(' | ') } : {}),
    ...(near === undefined ? {} : { suggestion: near }),
  });
}

function checkNode(rule: Rule, place: Place): void {
  const kind = kindOf(rule);
  if (needsPerson(rule) && place.subject.on !== PROFILES) {
    const said = says('"{kind}" is about people, and this is a rule about {table}.', { kind, table: place.subject.on });
    place.found.errors.push({ path: place.path, ...said, expected: `{ profile: { ${kind}: ... } }` });
    return;
  }
  if ('all' in rule) checkChildren(rule.all, at(place, 'all'));
  else if ('any' in rule) checkChildren(rule.any, at(place, 'any'));
  else if ('none' in rule) checkChildren(rule.none, at(place, 'none'));
  else if ('trait' in rule) checkTrait(rule.trait, comparisonOf(rule), place);
  else if ('column' in rule) checkColumn(rule.column, comparisonOf(rule), place);
  else if ('event' in rule) checkEventNames(rule.event, at(place, 'event'));
  else if ('sequence' in rule) checkSequence(rule, place);
  else if ('has' in rule) checkWay(rule, 'has', rule.has, place);
  else if ('link' in rule) checkWay(rule, 'link', rule.link, place);
  else if ('profile' in rule) checkOwner(rule.profile, place);
  else if ('audience' in rule) checkAudience(rule.audience, place);
  else if ('message' in rule && rule.message !== ANY_CAMPAIGN) {
    const { campaigns } = place.subject.catalog;
    if (!campaigns.includes(rule.message)) unknown(at(place, 'message'), 'campaign', rule.message, campaigns);
  }
}

function needsPerson(rule: Rule): boolean {
  return ['trait', 'event', 'sequence', 'audience', 'message', 'consent', 'reachable'].includes(kindOf(rule));
}

function checkChildren(rules: readonly Rule[], place: Place): void {
  rules.forEach((rule, index) => {
    checkNode(rule, at(place, index));
  });
}

function checkTrait(trait: string, comparison: Comparison, place: Place): void {
  const reserved = profileColumn(trait);
  if (reserved) {
    checkTypes(comparison, reserved.type, place, place.found.errors);
    return;
  }
  const { traits } = place.subject.catalog;
  const seen = traits.find((candidate) => candidate.name === trait);
  if (seen) checkTypes(comparison, seen.type, place, place.found.warnings);
  else if (!traits.some((candidate) => trait.startsWith(`${candidate.name}.`))) {
    const known = traits.map((candidate) => candidate.name);
    unknown(at(place, 'trait'), 'trait', trait, known, place.found.warnings);
  }
}

function columnNames(subject: Subject): string[] {
  const own = subject.catalog.tables.get(subject.on)?.columns ?? [];
  return [...subject.columns, ...own].map((column) => column.name);
}

/** The type at a column's path, or undefined after reporting that there is no such column. */
function checkPath(path: string, key: string, place: Place): ColumnType | undefined {
  const [name = '', ...inner] = path.split('.');
  const column = findColumn(place.subject, name)?.column;
  if (!column) {
    unknown(at(place, key), say('column of {table}', { table: place.subject.on }), name, columnNames(place.subject));
    return undefined;
  }
  if (inner.length > 0 && column.type !== 'json') {
    place.found.errors.push({
      path: at(place, key).path,
      ...says('Column "{name}" is {type}; only json has parts.', { name, type: column.type }),
    });
    return undefined;
  }
  return inner.length > 0 ? 'json' : column.type;
}

function checkColumn(path: string, comparison: Comparison, place: Place): void {
  const type = checkPath(path, 'column', place);
  if (type) checkTypes(comparison, type, place, place.found.errors);
}

function checkTypes(comparison: Comparison, type: ColumnType, place: Place, problems: Problem[]): void {
  for (const [operator, operand] of Object.entries(comparison)) {
    const expected = mismatch(operator as Operator, operand, type);
    if (expected === undefined) continue;
    const { path } = at(place, operator);
    problems.push({
      path,
      ...says('"{operator}" cannot be asked of a {type} with {value}.', {
        operator,
        type,
        value: JSON.stringify(operand),
      }),
      expected,
    });
  }
}

/** What an operator on a column of that type should have been given; undefined when all is well. */
function mismatch(operator: Operator, operand: unknown, type: ColumnType): string | undefined {
  if (type === 'json' || operator === 'empty') return undefined;
  if (['starts_with', 'not_starts_with', 'contains', 'not_contains', 'like', 'not_like'].includes(operator)) {
    return type === 'text' ? undefined : 'a text column';
  }
  if (['within', 'not_within', 'before', 'after', 'anniversary'].includes(operator)) {
    return isTemporal(type) || type === 'text' ? undefined : 'a date or timestamp column';
  }
  const values = Array.isArray(operand) ? operand : [operand];
  if (type === 'boolean') {
    const fits = ['eq', 'ne', 'in', 'not_in'].includes(operator) && values.every((value) => typeof value === 'boolean');
    return fits ? undefined : 'eq or ne with true or false';
  }
  if (isTemporal(type)) {
    const fits = values.every((value) => typeof value === 'string' && ruleMoment(value, 0) !== undefined);
    return fits ? undefined : 'a date, an ISO 8601 instant, "now" or relative such as -30d';
  }
  const wanted = type === 'text' ? 'string' : 'number';
  return values.every((value) => typeof value === wanted) ? undefined : type === 'text' ? 'a text' : 'a number';
}

function checkSequence(rule: SequenceRule, place: Place): void {
  rule.sequence.forEach((step, index) => {
    checkEventNames(step.event, at(at(at(place, 'sequence'), index), 'event'));
  });
}

function checkEventNames(names: string | readonly string[], place: Place): void {
  const { eventNames } = place.subject.catalog;
  for (const name of typeof names === 'string' ? [names] : names) {
    if (!eventNames.includes(name)) unknown(place, 'event', name, eventNames, place.found.warnings);
  }
}

function checkWay(rule: { readonly where?: Rule }, key: 'has' | 'link', path: string, place: Place): void {
  const { catalog } = place.subject;
  const { steps, unknown: wrong } = findSteps(place.subject, path);
  const to = steps.at(-1)?.table.key;
  if (wrong || to === undefined) {
    const from = wrong?.from ?? place.subject.on;
    const what = from === PROFILES ? say('table of people') : say('link from {table}', { table: from });
    unknown(at(place, key), what, wrong?.name ?? path, stepNames(catalog, from));
    return;
  }
  const target = { ...place, subject: about(place.subject, to) };
  if (rule.where) checkNode(rule.where, at(target, 'where'));
  if (key === 'has') checkAggregates(rule as HasRule, target);
}

function checkAggregates(rule: HasRule, place: Place): void {
  const aggregates = aggregatesOf(rule);
  for (const kind of AGGREGATE_KINDS) {
    const setting = aggregates[kind] as (Comparison & { of?: string }) | undefined;
    if (setting?.of === undefined) continue;
    const inner = at(place, kind);
    const type = checkPath(setting.of, 'of', inner);
    const expected = type && aggregateMismatch(kind, setting, type);
    if (expected) {
      place.found.errors.push({
        path: at(inner, 'of').path,
        ...says('Column "{of}" is {type}; "{kind}" cannot be taken of it here.', { of: setting.of, type, kind }),
        expected,
      });
    }
  }
}

function aggregateMismatch(kind: AggregateKind, setting: Comparison, type: ColumnType): string | undefined {
  if (kind === 'distinct' || type === 'json') return undefined;
  if (comparesMoments(comparisonOf(setting)))
    return isTemporal(type) || type === 'text' ? undefined : 'a date or timestamp';
  if (type === 'integer' || type === 'decimal') return undefined;
  return isTemporal(type) && kind !== 'sum' && kind !== 'average' ? 'before, after or within' : 'a column of numbers';
}

function checkOwner(rule: Rule, place: Place): void {
  const { subject } = place;
  if (!subject.catalog.tables.get(subject.on)?.identity) {
    const whose =
      subject.on === PROFILES
        ? says('The rule is about people already.')
        : says('Rows of {table} belong to nobody.', { table: subject.on });
    const expected = subject.on === PROFILES ? 'the inner rule alone' : 'a link to a table that carries an identity';
    place.found.errors.push({ path: at(place, 'profile').path, ...whose, expected });
    return;
  }
  checkNode(rule, { ...at(place, 'profile'), subject: about(subject, PROFILES) });
}

function checkAudience(key: string, place: Place): void {
  const { subject, found } = place;
  if (!subject.catalog.audiences.includes(key)) {
    unknown(at(place, 'audience'), 'audience', key, subject.catalog.audiences);
    return;
  }
  try {
    const live = audienceRule(subject, key);
    // Only circles matter here: the other audience's own mistakes were reported when it was saved.
    const inner: Found = { errors: [], warnings: [] };
    if (live) checkNode(live.rule, { subject: live.subject, path: '', found: inner });
    found.errors.push(
      ...inner.errors
        .filter((problem) => problem.wording.says === CIRCLE)
        .map((problem) => ({ ...problem, path: at(place, 'audience').path })),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    found.errors.push({ path: at(place, 'audience').path, message: error.message, wording: error.wording });
  }
}

const CIRCLE: Said = 'Audiences refer to each other: {circle}.';
