// Owns: a rule as something that events, changes of the profile and time keep true or false.
// Does not own: what its conditions mean (core/rules), what an event condition remembers (event-memory, sequence-memory).
// Invariants: 1. `test` answers as compileClosure does over the same history; 2. `nextChange` is never later than the instant at which
// time alone changes the answer; 3. the rule has passed `streamingProblems`.
import { type Catalog, PROFILES } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import {
  aggregatesOf,
  audienceRule,
  columnOf,
  comparisonOf,
  compileChange,
  compileClosure,
  earliest,
  type Facts,
  type HasRule,
  holdsForNone,
  needsOf,
  pathType,
  profileColumn,
  type Rule,
  type Subject,
  subjectOf,
  traitValue,
} from '../rules/index.ts';
import { conditionId } from './condition-id.ts';
import type { Condition, Conditions, ExternalCondition, Metric, StreamingRule, Verdict } from './metric.ts';
import { planConditions } from './plan-conditions.ts';
import type { MetricStates } from './states.ts';

/** A condition or a group of them: its answer, and up to when that stays what it is. */
type Judge = {
  test(facts: Facts, metrics: MetricStates, now: Instant): boolean;
  judge(facts: Facts, metrics: MetricStates, now: Instant): Verdict;
};

type EventCondition = StreamingRule['conditions'][number];

/** What is found out about a rule on the way through it. */
type Found = {
  readonly asked: Map<string, EventCondition>;
  readonly metrics: Map<string, Metric>;
  readonly traits: Set<string>;
  readonly audiences: Set<string>;
  readonly external: Map<string, ExternalCondition>;
  readonly tables: Set<string>;
  /** When traits that are held against the clock may change what a condition says. */
  readonly clocks: Clock[];
  consents: boolean;
  messages: boolean;
};

const TRUE: Verdict = { holds: true, until: undefined };
const FALSE: Verdict = { holds: false, until: undefined };

/** Each condition by itself. */
const APART: Conditions = (rule) => planConditions([rule])(rule);

/**
 * The rule as something that events, changes of the profile and time keep true or false. `streamingProblems` must be empty.
 * `conditions`: how those about events are answered, where rules share what is remembered (`planConditions`).
 */
export function compileStreaming(rule: Rule, catalog: Catalog, conditions: Conditions = APART): StreamingRule {
  const found: Found = {
    asked: new Map(),
    metrics: new Map(),
    traits: new Set(),
    audiences: new Set(),
    external: new Map(),
    tables: new Set(),
    clocks: [],
    consents: false,
    messages: false,
  };
  const { test, judge } = compileNode(rule, { subject: subjectOf({ catalog, on: PROFILES }), conditions, found });
  const { asked, metrics, traits, audiences, external, tables, clocks, consents, messages } = found;
  return {
    conditions: [...asked.values()],
    metrics: [...metrics.values()],
    needs: { traits, consents, audiences, external, tables, messages },
    test,
    judge,
    nextChange: (facts, metrics, now) => judge(facts, metrics, now).until,
    ...(clocks.length === 0 ? {} : { nextTraitChange: firstOf(clocks) }),
  };
}

type Compilation = { readonly subject: Subject; readonly conditions: Conditions; readonly found: Found };

function compileNode(rule: Rule, compilation: Compilation): Judge {
  const { subject, conditions, found } = compilation;
  const compileAll = (rules: readonly Rule[]) => rules.map((child) => compileNode(child, compilation));
  if ('all' in rule) return allOf(compileAll(rule.all));
  if ('any' in rule) return not(allOf(compileAll(rule.any).map(not)));
  if ('none' in rule) return allOf(compileAll(rule.none).map(not));
  if ('audience' in rule) {
    const live = audienceRule(subject, rule.audience);
    if (live) return compileNode(live.rule, { ...compilation, subject: live.subject });
    found.audiences.add(rule.audience);
    return answered(rule, false, found);
  }
  if ('event' in rule || 'sequence' in rule) return eventNode(rule, conditions(rule), found);
  if ('has' in rule) return rowsNode(rule, subject, found);
  if ('message' in rule) {
    found.messages = true;
    return answered(rule, holdsForNone({ count: rule.count ?? { gte: 1 } }, 0), found);
  }
  if ('trait' in rule) {
    found.traits.add(rule.trait.split('.')[0] ?? '');
    const change = compileChange(comparisonOf(rule), profileColumn(rule.trait)?.type ?? 'json');
    return moving(rule, subject, clockOf(change, rule.trait, found));
  }
  if ('column' in rule) {
    const { column } = columnOf(subject, rule.column.split('.')[0] ?? '');
    found.traits.add(column.name);
    const change = compileChange(comparisonOf(rule), pathType(subject, rule.column));
    return moving(rule, subject, clockOf(change, column.name, found));
  }
  found.consents = true;
  if ('reachable' in rule) found.traits.add(rule.reachable === 'email' ? 'email' : 'phone');
  return still(rule, subject);
}

type Clock = (facts: Facts, now: Instant) => Instant | undefined;

function clockOf(change: ReturnType<typeof compileChange>, trait: string, found: Found): Clock | undefined {
  if (change === undefined) return undefined;
  const clock: Clock = (facts, now) => change(traitValue(trait, facts), now);
  found.clocks.push(clock);
  return clock;
}

function firstOf(clocks: readonly Clock[]): Clock {
  return (facts, now) =>
    earliest(
      clocks.flatMap((clock) => clock(facts, now) ?? []),
      now,
    );
}

/** A condition that time alone never changes, answered as compileClosure answers it. */
function still(rule: Rule, subject: Subject): Judge {
  return moving(rule, subject, undefined);
}

function unchanging(holds: boolean): Verdict {
  return holds ? TRUE : FALSE;
}

function moving(rule: Rule, subject: Subject, change: Clock | undefined): Judge {
  const test = compileClosure(rule, subject.catalog);
  return {
    test: (facts, _metrics, now) => test(facts, now),
    judge(facts, _metrics, now) {
      const holds = test(facts, now);
      const until = change?.(facts, now);
      return until === undefined ? unchanging(holds) : { holds, until };
    },
  };
}

function eventNode(rule: EventCondition, { metric, test, judge }: Condition, found: Found): Judge {
  const { id } = metric;
  found.asked.set(conditionId(rule), rule);
  found.metrics.set(id, metric);
  return {
    test: (_facts, metrics, now) => test(metrics.get(id), now),
    judge: (_facts, metrics, now) => judge(metrics.get(id), now),
  };
}

function rowsNode(rule: HasRule, subject: Subject, found: Found): Judge {
  const { owned, links } = needsOf(rule, subject);
  for (const table of owned) found.tables.add(table);
  for (const { link } of links.values()) found.tables.add(link.to);
  return answered(rule, holdsForNone(aggregatesOf(rule), 0), found);
}

/** A condition that the database answers, which leaves its answer among the metrics; `otherwise` is that of who was never looked at. */
function answered(rule: ExternalCondition['rule'], otherwise: boolean, found: Found): Judge {
  const id = conditionId(rule);
  found.external.set(id, { rule, otherwise });
  const test = (_facts: Facts, metrics: MetricStates) => {
    const answer = metrics.get(id);
    return answer === undefined ? otherwise : answer === true;
  };
  return { test, judge: (facts, metrics) => unchanging(test(facts, metrics)) };
}

function not(node: Judge): Judge {
  return {
    test: (facts, metrics, now) => !node.test(facts, metrics, now),
    judge(facts, metrics, now) {
      const { holds, until } = node.judge(facts, metrics, now);
      return until === undefined ? unchanging(!holds) : { holds: !holds, until };
    },
  };
}

/** While one part is false the whole is, so that it can change only when the last of the false parts may; a true whole with the first. */
function allOf(nodes: readonly Judge[]): Judge {
  return {
    test: (facts, metrics, now) => nodes.every((node) => node.test(facts, metrics, now)),
    judge(facts, metrics, now) {
      let first: Instant | undefined;
      let last: Instant | undefined;
      for (const node of nodes) {
        const { holds, until } = node.judge(facts, metrics, now);
        if (holds) {
          if (until !== undefined && (first === undefined || until < first)) first = until;
        } else if (until === undefined) return FALSE;
        else if (last === undefined || until > last) last = until;
      }
      if (last !== undefined) return { holds: false, until: last };
      return first === undefined ? TRUE : { holds: true, until: first };
    },
  };
}
