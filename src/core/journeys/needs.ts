import type { StreamingRule } from '../metrics/index.ts';
import type { Rule } from '../rules/index.ts';
import type { GraphSend, JourneyGraph } from './graph.ts';

/** The events that the journey looks at: its entry, exits, waits and live rules. */
export function eventNamesOf(_graph: JourneyGraph): ReadonlySet<string> {
  return new Set();
}

/** The rules whose metrics must be kept for the journey. */
export function streamingOf(_graph: JourneyGraph): readonly StreamingRule[] {
  return [];
}

/** The rules of a step that are asked of the database when somebody comes to it, in the order of the answers. */
export function askedRules(_graph: JourneyGraph, _node: string): readonly Rule[] {
  return [];
}

/** The steps that send. */
export function sendsOf(_graph: JourneyGraph): readonly GraphSend[] {
  return [];
}
