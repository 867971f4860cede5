import type { Catalog } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import { compileClosure, type Facts, type Rule } from '../rules/index.ts';
import { compileStreaming } from './compile-streaming.ts';
import { MetricStates } from './states.ts';
import { streamingProblems } from './streaming-problems.ts';

/** The answers are looked at where they may change; a rule that may change so often without doing so is given up. */
const LOOKS_MAX = 500;

/**
 * The moment at which a checked rule will answer otherwise for a person if nothing happens; undefined when time alone never changes it, or
 * when that cannot be known.
 */
export function turningMoment(input: {
  readonly rule: Rule;
  readonly catalog: Catalog;
  readonly facts: Facts;
  readonly now: Instant;
}): Instant | undefined {
  const { rule, catalog, facts, now } = input;
  if (streamingProblems(rule, catalog).length > 0) return undefined;
  const streaming = compileStreaming(rule, catalog);
  const answers = [...streaming.needs.external].map(
    ([id, external]) => [id, compileClosure(external.rule, catalog)(facts, now)] as const,
  );
  const statesAt = (at: Instant) => {
    const folded = streaming.metrics.map((metric) => [metric.id, metric.foldAll(facts.events, at)] as const);
    return MetricStates.of(Object.fromEntries([...folded, ...answers]));
  };
  const { holds } = streaming.judge(facts, statesAt(now), now);
  let at: Instant | undefined = now;
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    at = streaming.judge(facts, statesAt(at), at).until;
    if (at === undefined || at > MOMENT_MAX) return undefined;
    if (streaming.test(facts, statesAt(at), at) !== holds) return at;
  }
  return undefined;
}

/** 9999-12-31: what lies behind it is never. */
const MOMENT_MAX = 253_402_214_400_000;
