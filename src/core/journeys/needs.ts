import type { StreamingRule } from '../metrics/index.ts';
import type { Rule } from '../rules/index.ts';
import type { GraphSend, JourneyGraph } from './graph.ts';
import { originOfUrl } from './request-url.ts';
import { bestHourOf } from './steps/wait.ts';

/** The events that the journey looks at: its entry, exits, waits and live rules. */
export function eventNamesOf(graph: JourneyGraph): ReadonlySet<string> {
  const names = new Set(graph.entry.names);
  const awaited = [...graph.exits, ...[...graph.nodes.values()].flatMap((node) => [...node.awaited.values()])];
  for (const each of awaited) if (each.kind === 'event') for (const name of each.names) names.add(name);
  for (const rule of streamingOf(graph)) {
    for (const metric of rule.metrics) for (const name of metric.events) names.add(name);
  }
  return names;
}

/** The rules whose metrics must be kept for the journey. */
export function streamingOf(graph: JourneyGraph): readonly StreamingRule[] {
  const exits = graph.exits.flatMap((exit) => (exit.kind === 'rule' ? [exit.streaming] : []));
  const paths = [...graph.nodes.values()].flatMap((node) =>
    [...node.rules.values()].flatMap((rule) => (rule.kind === 'live' ? [rule.streaming] : [])),
  );
  return [...exits, ...paths];
}

/** The rules of a step that are asked of the database when somebody comes to it, in the order of the answers. */
export function askedRules(graph: JourneyGraph, node: string): readonly Rule[] {
  const rules = [...(graph.nodes.get(node)?.rules.values() ?? [])];
  return rules.flatMap((rule) => (rule.kind === 'asked' ? [rule.rule] : []));
}

/** Whom its steps call: endpoints, or the beginnings of URLs. */
export function calledBy(graph: JourneyGraph): readonly string[] {
  return [...graph.nodes.values()].flatMap(({ step }) =>
    step.type === 'http' ? (step.endpoint ?? originOfUrl(step.url) ?? []) : [],
  );
}

/** The tables of which its steps look up rows. */
export function lookedUpBy(graph: JourneyGraph): readonly string[] {
  return [...graph.nodes.values()].flatMap(({ step }) => (step.type === 'lookup' ? [step.table] : []));
}

/** Whether a step asks when people read. */
export function asksReactions(graph: JourneyGraph): boolean {
  return [...graph.nodes.values()].some(({ step }) => step.type === 'wait' && bestHourOf(step) !== undefined);
}

/** The steps that send. */
export function sendsOf(graph: JourneyGraph): readonly GraphSend[] {
  return [...graph.nodes.values()].flatMap(({ name, step }) =>
    step.type === 'email'
      ? [
          {
            node: name,
            template: step.template,
            channel: step.channel ?? graph.channel ?? '',
            topic: step.topic,
            consent: step.consent,
            settings: step.send,
            blast: graph.entry.kind === 'read' || graph.entry.kind === 'business-event',
          },
        ]
      : [],
  );
}
