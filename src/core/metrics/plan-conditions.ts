import { conditionId } from './condition-id.ts';
import { ownCondition } from './condition-metric.ts';
import { eventLog, type LogReading, logReading } from './event-log.ts';
import type { Condition, Conditions, StreamingRule } from './metric.ts';

type EventCondition = StreamingRule['conditions'][number];

/**
 * How many conditions are answered together: those that count or add up the same events in different windows read one list of them.
 * What is asked for later and is not among them is answered by itself. The same conditions, in any order, give the same metrics.
 */
export function planConditions(rules: Iterable<EventCondition>): Conditions {
  const planned = new Map<string, Condition>();
  const logs = new Map<string, Map<string, LogReading>>();
  for (const rule of rules) {
    const id = conditionId(rule);
    const reading = 'event' in rule ? logReading(id, rule) : undefined;
    if (reading === undefined) {
      planned.set(id, ownCondition(id, rule));
      continue;
    }
    const known = logs.get(reading.log);
    if (known) known.set(id, reading);
    else logs.set(reading.log, new Map([[id, reading]]));
  }
  for (const readings of logs.values()) {
    for (const [id, condition] of eventLog([...readings.values()])) planned.set(id, condition);
  }
  return (rule) => {
    const id = conditionId(rule);
    const known = planned.get(id) ?? planConditions([rule])(rule);
    planned.set(id, known);
    return known;
  };
}

/**
 * Compiles rules of which some share what they remember: once each by itself, to learn their conditions, and then together.
 * `rulesOf`: the rules of what was compiled.
 */
export function compileShared<Compiled>(
  compile: (conditions?: Conditions) => Compiled,
  rulesOf: (compiled: Compiled) => Iterable<StreamingRule>,
): Compiled {
  return compile(planConditions([...rulesOf(compile())].flatMap(({ conditions }) => conditions)));
}
