import { indexAudiences, type LiveAudience } from '../audiences/index.ts';
import { type ComputedTrait, type ComputedTraitDefinition, compileComputed } from '../computed/index.ts';
import type { Catalog } from '../data/index.ts';
import type { EngineRules } from '../engine/index.ts';
import { compileJourney, type JourneyDefinition, type JourneyGraph, streamingOf } from '../journeys/index.ts';
import {
  type Conditions,
  compileShared,
  compileStreaming,
  type Metric,
  type MetricStates,
  type StreamingRule,
  streamingProblems,
} from '../metrics/index.ts';
import type { EventFact, Rule } from '../rules/index.ts';

export type RulesInput = {
  readonly catalog: Catalog;
  /** Traits that are made of events while the simulation goes on. */
  readonly computed?: readonly ComputedTraitDefinition[];
  readonly audiences: readonly { readonly key: string; readonly version: number; readonly rule: Rule }[];
  readonly journeys: readonly { readonly version: number; readonly definition: JourneyDefinition }[];
};

export type SimulationRules = EngineRules & {
  readonly computed: readonly ComputedTrait[];
  readonly graphs: readonly JourneyGraph[];
  readonly metrics: readonly Metric[];
  /** Rules whose conditions about rows and saved audiences the database answers before the simulation begins. */
  readonly asking: readonly StreamingRule[];
  /** Audiences that are not simulated, because their rules cannot be kept up to date event by event. */
  readonly leftOut: readonly string[];
};

/** Checked definitions as the engine reads them: journeys open to everybody, audiences kept up to date. */
export function compileRules({ catalog, computed = [], audiences, journeys }: RulesInput): SimulationRules {
  const canStream = ({ rule }: RulesInput['audiences'][number]) => streamingProblems(rule, catalog).length === 0;
  const compile = (conditions?: Conditions) => ({
    live: audiences.filter(canStream).map(({ key, version, rule }): LiveAudience => {
      return { key, version, rule: compileStreaming(rule, catalog, conditions) };
    }),
    graphs: journeys.map(({ definition, version }) => compileJourney(definition, version, catalog, { conditions })),
  });
  const rulesOf = ({ live, graphs }: ReturnType<typeof compile>) => [
    ...live.map(({ rule }) => rule),
    ...graphs.flatMap(streamingOf),
  ];
  const compiled = compileShared(compile, rulesOf);
  const { live, graphs } = compiled;
  const all = rulesOf(compiled);
  const traits = computed.map(compileComputed);
  const kept = [...all.flatMap((rule) => rule.metrics), ...traits.flatMap(({ metric }) => metric ?? [])];
  const metrics = new Map(kept.map((metric) => [metric.id, metric] as const));
  const metricsByEvent = new Map<string, Metric[]>();
  for (const metric of metrics.values()) {
    for (const name of new Set(metric.events)) {
      const known = metricsByEvent.get(name);
      if (known) known.push(metric);
      else metricsByEvent.set(name, [metric]);
    }
  }
  return {
    audiences: indexAudiences(live),
    metricsByEvent,
    journeys: graphs.map((graph) => ({ graph, open: true, dryRun: false, hold: null })),
    computed: traits,
    graphs,
    metrics: [...metrics.values()],
    asking: all.filter(({ needs }) => needs.external.size > 0),
    leftOut: audiences.filter((audience) => !canStream(audience)).map(({ key }) => key),
  };
}

/** The states after a whole history. What `before` holds beside metrics, answers about rows, stays. */
export function foldHistory(
  metrics: readonly Metric[],
  history: readonly EventFact[],
  options: { readonly before: MetricStates; readonly now: number },
): MetricStates {
  const changes = new Map<string, unknown>();
  const byName = new Map<string, EventFact[]>();
  for (const fact of history) {
    const known = byName.get(fact.name);
    if (known) known.push(fact);
    else byName.set(fact.name, [fact]);
  }
  for (const metric of metrics) {
    const [only, ...others] = new Set(metric.events);
    // Events of the same instant keep their order, whatever their names.
    const concerned =
      others.length === 0 ? (byName.get(only ?? '') ?? []) : history.filter(({ name }) => metric.events.includes(name));
    const state = concerned.length === 0 ? undefined : metric.foldAll(concerned, options.now);
    changes.set(metric.id, state);
  }
  return options.before.with(changes);
}
