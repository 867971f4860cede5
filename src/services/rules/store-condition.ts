// Owns: a rule as a boolean SQL expression over the rows of a table or population.
// Does not own: whether its names exist (core's checkRule); what it means for one person (core's compileClosure: the two must agree).
// Invariants: 1 no correlated counting: whatever counts or sums is grouped once for everybody and joined. 2 negations are pushed down to
// the conditions, so that "absent" is an anti-join. 3 an `or` over sets becomes a union of sets: a sub-select under `or` would be run
// once per row as soon as its hash table outgrew work_mem.
import { type Catalog, type CatalogTable, type Column, PROFILES } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import {
  about,
  aggregatesOf,
  audienceRule,
  type ColumnRule,
  columnOf,
  comparisonOf,
  type HasRule,
  pathType,
  profileColumn,
  type ReachableRule,
  type Rule,
  type Step,
  type Subject,
  stepsOf,
  subjectOf,
  type TraitRule,
} from '../../core/rules/index.ts';
import { id, join, type Sql, sql } from '../../platform/sql/index.ts';
import { type Among, amongTests } from './store-among.ts';
import { comparisonSql, insideJson, notTrue, type Value } from './store-compare.ts';
import { eventCondition, sequenceCondition } from './store-event.ts';
import { consentCondition, memberCondition, messageCondition, reachableSql } from './store-message.ts';
import { aggregateCondition, type Condition, existsSql, keysSql, type RowSet } from './store-set.ts';

/** The row that a rule is read against. */
export type Source = {
  readonly subject: Subject;
  readonly alias: string;
  /** `table`: a row of profile or of the entity table; `population`: a row that has its key, and the subject's added columns. */
  readonly kind: 'table' | 'population';
};

/** What every part of one compilation shares. */
export type Compilation = {
  readonly now: Instant;
  nextAlias(): string;
  /** The people whom the answer is about; sets of people's rows then hold theirs alone. */
  readonly among?: Among | undefined;
};

export type ConditionInput = {
  readonly rule: Rule;
  readonly catalog: Catalog;
  /** `profiles` or the key of a table. */
  readonly on: string;
  readonly alias: string;
  readonly columns?: readonly Column[];
  /** What `alias` is a row of; a population when columns are named or the subject is people, unless told otherwise. */
  readonly source?: 'table' | 'population';
  /** Only these people's answers are used: nobody else's events and rows need be looked at. */
  readonly among?: Among | undefined;
  readonly now: Instant;
};

/**
 * A boolean SQL expression over the row `alias`, true exactly where the rule is. Put it under `where`, alone or with `and`: there each
 * of its conditions is planned as a join over the whole set.
 */
export function ruleCondition(input: ConditionInput): Sql {
  const compilation = openCompilation(input);
  const kind = input.source ?? (input.columns || input.on === PROFILES ? 'population' : 'table');
  return compile(input.rule, { subject: subjectOf(input), alias: input.alias, kind }, true, compilation);
}

export function openCompilation({ now, among }: Pick<Compilation, 'now' | 'among'>): Compilation {
  let aliases = 0;
  return { now, among, nextAlias: () => `r${++aliases}` };
}

export function compile(rule: Rule, source: Source, positive: boolean, compilation: Compilation): Sql {
  if (source.kind === 'population' && !mentionsPopulation(rule, source.subject)) {
    const exists = throughTable(rule, source, compilation);
    return positive ? exists : sql`not ${exists}`;
  }
  const group = groupOf(rule);
  if (group) {
    const sign = group.negated ? !positive : positive;
    const together = group.joined === 'all' ? positive : !positive;
    return together
      ? conjunction(group.children, source, sign, compilation)
      : disjunction(group.children, source, sign, compilation);
  }
  if ('audience' in rule) {
    const live = audienceRule(source.subject, rule.audience);
    if (live) return compile(live.rule, { ...source, subject: live.subject }, positive, compilation);
  }
  if ('reachable' in rule && positive) return reachableSql(rule, source.alias, compilation);
  return conditionSql(leaf(rule, source, compilation), positive);
}

/** How a group joins its children: `none` is all of their opposites. */
function groupOf(rule: Rule): { children: readonly Rule[]; joined: 'all' | 'any'; negated: boolean } | undefined {
  if ('all' in rule) return { children: rule.all, joined: 'all', negated: false };
  if ('any' in rule) return { children: rule.any, joined: 'any', negated: false };
  if ('none' in rule) return { children: rule.none, joined: 'all', negated: true };
  return undefined;
}

function conjunction(children: readonly Rule[], source: Source, sign: boolean, compilation: Compilation): Sql {
  if (children.length === 0) return sql`true`;
  if (source.kind === 'population') {
    // Whatever does not look at the population's own columns is asked of the table in one go.
    const mentioning = children.filter((child) => mentionsPopulation(child, source.subject));
    const others = children.filter((child) => !mentioning.includes(child));
    const combined: Rule[] = others.length === 0 ? [] : [sign ? { all: others } : { none: others }];
    return and([
      ...mentioning.map((child) => compile(child, source, sign, compilation)),
      ...combined.map((rule) => compile(rule, source, true, compilation)),
    ]);
  }
  return and(children.map((child) => compile(child, source, sign, compilation)));
}

function disjunction(children: readonly Rule[], source: Source, sign: boolean, compilation: Compilation): Sql {
  if (children.length === 0) return sql`false`;
  const compiled = () => children.map((child) => compile(child, source, sign, compilation));
  const plain = children.filter((child) => isPlain(child, source.subject));
  if (children.length === 1 || plain.length === children.length || source.kind === 'population') {
    return sql`(${join(compiled(), ' or ')})`;
  }
  const base = baseOf(source.subject);
  const armOf = (alias: string, tests: readonly Sql[]) => {
    const keys = join(base.key.map((column) => id(alias, column)));
    return sql`select ${keys} from ${base.table} ${id(alias)} where ${join(tests, ' or ')}`;
  };
  const arm = (rules: readonly Rule[]) => {
    const inner = { ...source, alias: compilation.nextAlias() };
    // Compiled once, whichever way it goes: what a rule holds inside would otherwise be compiled twice at every level.
    const [only] = rules.length === 1 ? rules.flatMap((rule) => leafOf(rule, inner, compilation) ?? []) : [];
    if (only) return directArm(only, sign) ?? armOf(inner.alias, [conditionSql(only, sign)]);
    const tests = rules.map((rule) => compile(rule, inner, sign, compilation));
    return armOf(inner.alias, tests);
  };
  const sets = children.filter((child) => !plain.includes(child)).map((child) => arm([child]));
  const arms = plain.length === 0 ? sets : [...sets, arm(plain)];
  const alias = compilation.nextAlias();
  const names = base.key.map((column) => id(column));
  const link = base.key.map((column) => sql`${id(alias, column)} = ${id(source.alias, column)}`);
  return sql`exists (select 1 from (${join(arms, ' union all ')}) ${id(alias)} (${join(names)}) where ${join(link, ' and ')})`;
}

/** The condition that a rule is by itself; undefined for one that is made of others. */
function leafOf(rule: Rule, source: Source, compilation: Compilation): Condition | undefined {
  if (groupOf(rule) || 'reachable' in rule) return undefined;
  if ('audience' in rule && audienceRule(source.subject, rule.audience)) return undefined;
  return leaf(rule, source, compilation);
}

/** A set that already lists keys of the subject needs no detour through its table. */
function directArm(condition: Condition, sign: boolean): Sql | undefined {
  const usable = condition.kind === 'set' && condition.set.identifies && condition.negated !== sign;
  return usable ? keysSql(condition.set) : undefined;
}

function and(conditions: readonly Sql[]): Sql {
  return conditions.length === 1 ? join(conditions) : sql`(${join(conditions, ' and ')})`;
}

function conditionSql(condition: Condition, positive: boolean): Sql {
  if (condition.kind === 'plain') return positive ? condition.sql : notTrue(condition.sql);
  const exists = existsSql(condition.set);
  return condition.negated === positive ? sql`not ${exists}` : exists;
}

function leaf(rule: Rule, source: Source, compilation: Compilation): Condition {
  const { now } = compilation;
  if ('trait' in rule) return { kind: 'plain', sql: comparisonSql(traitOf(rule, source), comparisonOf(rule), now) };
  if ('column' in rule)
    return { kind: 'plain', sql: comparisonSql(columnValue(rule, source), comparisonOf(rule), now) };
  if ('event' in rule) return eventCondition(rule, source.alias, compilation);
  if ('sequence' in rule) return sequenceCondition(rule, source.alias, compilation);
  if ('has' in rule) return hasCondition(rule, source, compilation);
  if ('link' in rule)
    return hasCondition({ has: rule.link, ...(rule.where ? { where: rule.where } : {}) }, source, compilation);
  if ('profile' in rule) return ownerCondition(rule.profile, source, compilation);
  if ('audience' in rule) return memberCondition(rule.audience, source.alias, compilation);
  if ('message' in rule) return messageCondition(rule, source.alias, compilation);
  if ('consent' in rule) return consentCondition(rule, source.alias, compilation);
  if ('reachable' in rule) return reachableSet(rule, source, compilation);
  throw new TypeError('A group is not a condition.');
}

function traitOf(rule: TraitRule, source: Source): Value {
  return traitValue(rule.trait, source.alias);
}

/** A trait of a row of table profile: a reserved column, or a part of its traits. */
export function traitValue(trait: string, alias: string): Value {
  const reserved = profileColumn(trait);
  if (reserved) return { sql: id(alias, reserved.name), type: reserved.type };
  return insideJson(id(alias, 'traits'), trait.split('.'));
}

function columnValue(rule: ColumnRule, source: Source): Value {
  const [name = '', ...inner] = rule.column.split('.');
  columnOf(source.subject, name);
  return rowValue(source.subject, source.alias, name, inner);
}

function rowValue(subject: Subject, alias: string, name: string, inner: readonly string[]): Value {
  const type = pathType(subject, name);
  return inner.length === 0 ? { sql: id(alias, name), type } : insideJson(id(alias, name), inner);
}

function hasCondition(rule: HasRule, source: Source, compilation: Compilation): Condition {
  const { valueAt, ...rows } = rowsOf(rule, source, compilation);
  return aggregateCondition(rows, aggregatesOf(rule), { valueAt }, compilation.now);
}

/** The rows that a condition walks to, by the keys of the person or row that it starts from, and the values of their columns. */
export function rowsOf(
  rule: Pick<HasRule, 'has' | 'where'>,
  source: Source,
  compilation: Compilation,
): Omit<RowSet, 'having'> & {
  readonly valueAt: (path: string) => Value;
  readonly table: CatalogTable;
  readonly alias: string;
} {
  const { first, rest, to } = stepsOf(source.subject, rule.has);
  let alias = compilation.nextAlias();
  const start = alias;
  let from = sql`${tableSql(first.table)} ${id(alias)}`;
  for (const step of rest) {
    const next = compilation.nextAlias();
    const link = linkPairs(step, next, alias).map(([there, here]) => sql`${there} = ${here}`);
    from = sql`${from} join ${tableSql(step.table)} ${id(next)} on ${join(link, ' and ')}`;
    alias = next;
  }
  const target: Source = { subject: about(source.subject, to), alias, kind: 'table' };
  const keys = linkPairs(first, start, source.alias);
  const valueAt = (path: string) => {
    const [name = '', ...inner] = path.split('.');
    return rowValue(target.subject, alias, name, inner);
  };
  return {
    from,
    where: [
      ...(rule.where ? [compile(rule.where, target, true, compilation)] : []),
      ...(first.kind === 'owned' ? amongTests(keys, compilation.among) : []),
    ],
    keys,
    identifies: first.kind === 'owned',
    valueAt,
    table: (rest.at(-1) ?? first).table,
    alias,
  };
}

function linkPairs(step: Step, inner: string, outer: string): (readonly [Sql, Sql])[] {
  if (step.kind === 'owned') {
    return [
      [id(inner, '_bucket'), id(outer, 'bucket')],
      [id(inner, '_profile_id'), id(outer, 'profile_id')],
    ];
  }
  return step.link.on.map(([own, there]) => [id(inner, there), id(outer, own)] as const);
}

function ownerCondition(rule: Rule, source: Source, compilation: Compilation): Condition {
  const alias = compilation.nextAlias();
  const owner: Source = { subject: about(source.subject, PROFILES), alias, kind: 'table' };
  const set: RowSet = {
    from: sql`profile ${id(alias)}`,
    // The owner of a row may be somebody else than the person who is asked about.
    where: [compile(rule, owner, true, { ...compilation, among: undefined })],
    keys: [
      [id(alias, 'bucket'), id(source.alias, '_bucket')],
      [id(alias, 'profile_id'), id(source.alias, '_profile_id')],
    ],
    identifies: false,
  };
  return { kind: 'set', set, negated: false };
}

function reachableSet(rule: ReachableRule, source: Source, compilation: Compilation): Condition {
  const alias = compilation.nextAlias();
  const set: RowSet = {
    from: sql`profile ${id(alias)}`,
    where: [reachableSql(rule, alias, compilation)],
    keys: [
      [id(alias, 'bucket'), id(source.alias, 'bucket')],
      [id(alias, 'profile_id'), id(source.alias, 'profile_id')],
    ],
    identifies: true,
  };
  return { kind: 'set', set, negated: false };
}

/** Whether a rule looks at nothing but the row itself. */
function isPlain(rule: Rule, subject: Subject): boolean {
  const group = groupOf(rule);
  if (group) return group.children.every((child) => isPlain(child, subject));
  if ('audience' in rule) {
    const live = audienceRule(subject, rule.audience);
    return live !== undefined && isPlain(live.rule, live.subject);
  }
  return 'trait' in rule || 'column' in rule;
}

function mentionsPopulation(rule: Rule, subject: Subject): boolean {
  const group = groupOf(rule);
  if (group) return group.children.some((child) => mentionsPopulation(child, subject));
  if (!('column' in rule)) return false;
  return columnOf(subject, rule.column.split('.')[0] ?? '').source === 'population';
}

/** The rule asked of the row of the table that a population's row stands for. */
function throughTable(rule: Rule, source: Source, compilation: Compilation): Sql {
  const base = baseOf(source.subject);
  const alias = compilation.nextAlias();
  // The hidden bucket of an entity row is no part of its own key, and a population need not carry it under that name.
  const link = base.key
    .filter((column) => column !== '_bucket')
    .map((column) => sql`${id(alias, column)} = ${id(source.alias, column)}`);
  const inner: Source = { subject: { ...source.subject, columns: [] }, alias, kind: 'table' };
  const condition = compile(rule, inner, true, compilation);
  return sql`exists (select 1 from ${base.table} ${id(alias)} where ${join(link, ' and ')} and ${condition})`;
}

/** The table behind a subject and the columns of its primary key. */
export function baseOf(subject: Subject): { readonly table: Sql; readonly key: readonly string[] } {
  if (subject.on === PROFILES) return { table: sql`profile`, key: ['bucket', 'profile_id'] };
  const table = subject.catalog.tables.get(subject.on);
  if (!table) throw new TypeError(`There is no table "${subject.on}".`);
  return { table: tableSql(table), key: table.identity ? ['_bucket', ...table.primaryKey] : table.primaryKey };
}

function tableSql(table: CatalogTable): Sql {
  return id('data', table.key);
}
