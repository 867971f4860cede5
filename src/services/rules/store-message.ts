import {
  ADDRESS_COLUMNS,
  ANY_CAMPAIGN,
  type ConsentRule,
  type MessageRule,
  PHONE_PATTERN,
  type ReachableRule,
  spanOf,
} from '../../core/rules/index.ts';
import { id, join, type Sql, sql } from '../../platform/sql/index.ts';
import { amongTests } from './store-among.ts';
import type { Compilation } from './store-condition.ts';
import { personKeys, spanTests } from './store-event.ts';
import { isMailableSql } from './store-mailable.ts';
import { aggregateCondition, type Condition, existsSql, type RowSet } from './store-set.ts';

export function memberCondition(key: string, outer: string, compilation: Compilation): Condition {
  const alias = compilation.nextAlias();
  const keys = personKeys(alias, outer);
  const set: RowSet = {
    from: sql`audience_member ${id(alias)}`,
    where: [sql`${id(alias, 'audience_key')} = ${key}::text`, ...amongTests(keys, compilation.among)],
    keys,
    identifies: true,
  };
  return { kind: 'set', set, negated: false };
}

/** Messages by the time they were settled, reactions by the last time they happened. */
export function messageCondition(rule: MessageRule, outer: string, compilation: Compilation): Condition {
  const alias = compilation.nextAlias();
  const span = spanOf(rule, compilation.now);
  const reaction = rule.reaction !== undefined;
  const tests = reaction
    ? [
        sql`${id(alias, 'kind')} = ${rule.reaction}::text`,
        sql`${id(alias, 'machine')} = ${rule.machine ?? false}::boolean`,
      ]
    : [sql`${id(alias, 'state')} = ${rule.state ?? 'sent'}::text`];
  if (!reaction && rule.reason !== undefined) tests.push(sql`${id(alias, 'reason')} = ${rule.reason}::text`);
  const sends = sendTests(rule);
  if (sends.length > 0)
    tests.push(sql`${id(alias, 'send_id')} in (select send_id from send where ${join(sends, ' and ')})`);
  const rows = {
    from: reaction ? sql`reaction ${id(alias)}` : sql`message ${id(alias)}`,
    where: [...tests, ...spanTests(id(alias, reaction ? 'last_at' : 'settled_at'), span)],
    keys: personKeys(alias, outer),
    identifies: true,
  };
  const nothing = { valueAt: () => ({ sql: sql`null`, type: 'text' as const }) };
  return aggregateCondition(rows, { count: rule.count ?? { gte: 1 } }, nothing, compilation.now);
}

function sendTests(rule: MessageRule): Sql[] {
  const tests: Sql[] = [];
  if (rule.message !== ANY_CAMPAIGN) tests.push(sql`campaign_key = ${rule.message}::text`);
  if (rule.activity !== undefined) tests.push(sql`activity = ${rule.activity}::text`);
  return tests;
}

/** One refusal, of the channel or of the topic, outweighs every grant. */
export function consentCondition(rule: ConsentRule, outer: string, compilation: Compilation): Condition {
  const alias = compilation.nextAlias();
  const topics = rule.topic ? ['', rule.topic] : [''];
  const rows = (where: readonly Sql[]): RowSet => ({
    from: sql`consent ${id(alias)}`,
    where: [
      sql`${id(alias, 'channel')} = ${rule.consent}::text`,
      sql`${id(alias, 'topic')} = any(${topics}::text[])`,
      ...where,
    ],
    keys: personKeys(alias, outer),
    identifies: true,
  });
  const status = id(alias, 'status');
  switch (rule.is ?? 'granted') {
    case 'unknown':
      return { kind: 'set', set: rows([]), negated: true };
    case 'refused':
      return { kind: 'set', set: rows([sql`${status} = 'refused'`]), negated: false };
    case 'granted': {
      if (topics.length === 1) return { kind: 'set', set: rows([sql`${status} = 'granted'`]), negated: false };
      return { kind: 'set', set: { ...rows([]), having: sql`bool_and(${status} = 'granted')` }, negated: false };
    }
  }
}

/** Over a row of table profile: an address that can be mailed, not suppressed, with consent. */
export function reachableSql(rule: ReachableRule, alias: string, compilation: Compilation): Sql {
  const address = sql`btrim(${id(alias, ADDRESS_COLUMNS[rule.reachable])})`;
  const suppression = compilation.nextAlias();
  const suppressed = existsSql({
    from: sql`suppression ${id(suppression)}`,
    where: [sql`${id(suppression, 'channel')} = ${rule.reachable}::text`],
    keys: [[id(suppression, 'address'), sql`lower(${address})`]],
    identifies: false,
  });
  const granted = consentCondition(
    { consent: rule.reachable, ...(rule.topic === undefined ? {} : { topic: rule.topic }) },
    alias,
    compilation,
  );
  const consented = granted.kind === 'set' ? existsSql(granted.set) : granted.sql;
  const valid = rule.reachable === 'email' ? isMailableSql(address) : sql`${address} ~ ${PHONE_PATTERN}::text`;
  return sql`(${valid} and not ${suppressed} and ${consented})`;
}
