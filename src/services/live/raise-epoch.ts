import { createHash } from 'node:crypto';
import { rowsCondition } from '../../core/computed/index.ts';
import type { Catalog } from '../../core/data/index.ts';
import { needsOf, Rule, subjectOf } from '../../core/rules/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { type LiveRules, totalsOf } from './live-rules.ts';
import { readRules, rulesOf, watchedEvents } from './read-rules.ts';
import { lockEpoch, putRules, type RuleRow, selectRules, updateEpoch } from './store.ts';

/**
 * Says that definitions that the engine reads have changed. Call it last in the transaction that changes them: from its commit on
 * every bucket lags, and is brought up before its next batch.
 */
export async function raiseEpoch(tx: Queryable): Promise<void> {
  // What another has changed and not yet committed would seem to be gone.
  await lockEpoch(tx);
  const rules = await readRules(tx);
  const needs = rulesOf(rules).map((rule) => rule.needs);
  const epoch = await updateEpoch(tx, {
    eventNames: watchedEvents(rules),
    tables: [...new Set([...needs.flatMap(({ tables }) => [...tables]), ...tablesOf(rules)])].sort(),
    savedAudiences: [...new Set(needs.flatMap(({ audiences }) => [...audiences]))].sort(),
    messages: needs.some(({ messages }) => messages),
    people: rules.audiences.all.length > 0,
  });
  await putRules(tx, rowsOf(rules), epoch);
}

/** Whether the published rules are those in force, as they are compiled now. */
export async function isInForce(tx: Queryable): Promise<boolean> {
  const nameOf = ({ kind, id, meaning }: RuleRow) => `${kind} ${id} ${meaning}`;
  const wanted = new Set(rowsOf(await readRules(tx)).map(nameOf));
  const known = (await selectRules(tx)).map(nameOf);
  return known.length === wanted.size && known.every((name) => wanted.has(name));
}

function rowsOf(rules: Omit<LiveRules, 'epoch'>): RuleRow[] {
  const { catalog } = rules;
  return [
    // The id of a metric says all of its meaning.
    ...[...new Set([...rules.metrics.keys(), ...totalsOf(rules).map(({ id }) => id)])].map((id) => ({
      kind: 'metric' as const,
      id,
      meaning: id,
    })),
    ...[...rules.externals].map(([id, { rule }]) => ({
      kind: 'external' as const,
      id,
      meaning: meaningOf(rule, catalog),
    })),
    ...rules.computed.map(({ name, id, rows }) => ({
      kind: 'computed' as const,
      id: name,
      meaning: rows === undefined ? id : `${id} ${meaningOf(rowsCondition(rows), catalog)}`,
    })),
    ...rules.audiences.all.map(({ key }) => ({
      kind: 'audience' as const,
      id: key,
      meaning: meaningOf({ audience: key }, catalog),
    })),
  ];
}

/** The tables that computed traits of rows walk over. */
function tablesOf(rules: Pick<LiveRules, 'computed' | 'catalog'>): string[] {
  const subject = subjectOf({ catalog: rules.catalog });
  return totalsOf(rules).flatMap(({ rows }) => {
    const { owned, links } = needsOf(rowsCondition(rows), subject);
    return [...owned, ...[...links.values()].map(({ link }) => link.to)];
  });
}

/** A word that changes when the rule does, one of the audiences that it names, or the form of a table that it walks over. */
function meaningOf(rule: Rule, catalog: Catalog): string {
  const audiences = new Map<string, unknown>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'audience' && typeof inner === 'string' && !audiences.has(inner)) {
        const named = catalog.audienceRules?.get(inner);
        audiences.set(inner, named ?? null);
        collect(named);
      } else collect(inner);
    }
  };
  collect(rule);
  const rules = [rule, ...audiences.values()].flatMap((each) => {
    const parsed = Rule.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
  const needs = rules.map((each) => needsOf(each, subjectOf({ catalog })));
  const tables = needs.flatMap(({ owned, links }) => [
    ...owned,
    ...[...links.values()].flatMap(({ from, link }) => [from, link.to]),
  ]);
  const forms = [...new Set(tables)].sort().map((key) => catalog.tables.get(key) ?? null);
  const text = JSON.stringify([rule, [...audiences], forms]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
