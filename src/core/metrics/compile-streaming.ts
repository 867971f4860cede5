import type { Catalog } from '../data/index.ts';
import type { Problem } from '../kernel/index.ts';
import { compileClosure, type Rule } from '../rules/index.ts';
import type { StreamingRule } from './metric.ts';

export type StreamingOptions = {
  /** The name under which the state of a metric is kept, given the id of its condition; the id itself unless told otherwise. */
  readonly nameOf?: (conditionId: string) => string;
};

/** Why a checked rule cannot be kept up to date event by event, a sentence each; empty when it can. */
export function streamingProblems(_rule: Rule, _catalog: Catalog): Problem[] {
  return [];
}

/** The rule as something that events, changes of the profile and time keep true or false. `streamingProblems` must be empty. */
export function compileStreaming(rule: Rule, catalog: Catalog, _options: StreamingOptions = {}): StreamingRule {
  const test = compileClosure(rule, catalog);
  return {
    metrics: [],
    needs: {
      traits: new Set(),
      consents: false,
      audiences: new Set(),
      external: new Map(),
      tables: new Set(),
      messages: false,
    },
    test: (facts, _metrics, now) => test(facts, now),
    nextChange: () => undefined,
  };
}
