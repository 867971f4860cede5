import type { Instant } from '../../core/kernel/index.ts';
import {
  aggregatesOf,
  type EventRule,
  type PropertyTest,
  propertyComparison,
  ruleDuration,
  type SequenceRule,
  type Span,
  spanOf,
} from '../../core/rules/index.ts';
import { id, join, type Sql, sql } from '../../platform/sql/index.ts';
import { amongTests } from './store-among.ts';
import { comparisonSql, insideJson, instantSql } from './store-compare.ts';
import type { Compilation } from './store-condition.ts';
import { aggregateCondition, type Condition } from './store-set.ts';

/** Events by (bucket, profile id); the window bounds `occurred_at`, which also picks the partitions. */
export function eventCondition(rule: EventRule, outer: string, compilation: Compilation): Condition {
  const alias = compilation.nextAlias();
  const keys = personKeys(alias, outer);
  const span = spanOf(rule, compilation.now);
  const rows = {
    from: sql`event ${id(alias)}`,
    where: [
      ...eventTests(alias, rule.event, rule.where, compilation.now),
      ...spanTests(id(alias, 'occurred_at'), span),
      ...amongTests(keys, compilation.among),
    ],
    keys,
    identifies: true,
  };
  const measured = {
    valueAt: (path: string) => insideJson(id(alias, 'properties'), path.split('.')),
    time: { at: id(alias, 'occurred_at'), order: id(alias, 'event_id') },
  };
  return aggregateCondition(rows, aggregatesOf(rule), measured, compilation.now);
}

/** The first event of the chain, for which the next one exists, for which the next one exists. */
export function sequenceCondition(rule: SequenceRule, outer: string, compilation: Compilation): Condition {
  const span = spanOf(rule, compilation.now);
  const aliases = rule.sequence.map(() => compilation.nextAlias());
  const testsOf = (index: number): Sql[] => {
    const step = rule.sequence[index];
    const alias = aliases[index] ?? '';
    if (!step) return [];
    const tests = [
      ...eventTests(alias, step.event, step.where, compilation.now),
      ...spanTests(id(alias, 'occurred_at'), span),
    ];
    const next = rule.sequence[index + 1];
    const nextAlias = aliases[index + 1] ?? '';
    if (!next) return tests;
    const follows = sql`(${id(nextAlias, 'occurred_at')}, ${id(nextAlias, 'event_id')}) > (${id(alias, 'occurred_at')}, ${id(alias, 'event_id')})`;
    const soon =
      next.within === undefined
        ? []
        : [sql`${id(nextAlias, 'occurred_at')} <= ${id(alias, 'occurred_at')} + ${milliseconds(next.within)}`];
    const link = personKeys(nextAlias, alias).map(([inner, own]) => sql`${inner} = ${own}`);
    const inner = join([...link, follows, ...soon, ...testsOf(index + 1)], ' and ');
    return [...tests, sql`exists (select 1 from event ${id(nextAlias)} where ${inner})`];
  };
  const first = aliases[0] ?? '';
  const keys = personKeys(first, outer);
  const where = [...testsOf(0), ...amongTests(keys, compilation.among)];
  const set = { from: sql`event ${id(first)}`, where, keys, identifies: true };
  return { kind: 'set', set, negated: false };
}

/** That an event has one of the names and the wanted properties. */
export function eventTests(
  alias: string,
  names: string | readonly string[],
  where: Readonly<Record<string, PropertyTest>> | undefined,
  now: Instant,
): Sql[] {
  const list = typeof names === 'string' ? [names] : names;
  const [only] = list;
  const named =
    list.length === 1 ? sql`${id(alias, 'name')} = ${only}::text` : sql`${id(alias, 'name')} = any(${list}::text[])`;
  const properties = Object.entries(where ?? {}).map(([path, test]) =>
    comparisonSql(insideJson(id(alias, 'properties'), path.split('.')), propertyComparison(test), now),
  );
  return [named, ...properties];
}

export function spanTests(at: Sql, span: Span): Sql[] {
  const to = sql`${at} < ${instantSql(span.to)}`;
  return span.from === undefined ? [to] : [sql`${at} >= ${instantSql(span.from)}`, to];
}

export function personKeys(inner: string, outer: string): (readonly [Sql, Sql])[] {
  return [
    [id(inner, 'bucket'), id(outer, 'bucket')],
    [id(inner, 'profile_id'), id(outer, 'profile_id')],
  ];
}

function milliseconds(duration: string): Sql {
  return sql`${String(ruleDuration(duration) ?? 0)}::bigint * interval '1 millisecond'`;
}
