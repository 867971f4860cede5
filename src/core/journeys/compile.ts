import { createTextCompiler, type TextCompiler } from '../content/index.ts';
import type { Catalog } from '../data/index.ts';
import { type Json, parseDuration } from '../kernel/index.ts';
import { type Conditions, compileStreaming, type StreamingRule, streamingProblems } from '../metrics/index.ts';
import { compileEvent, type Rule } from '../rules/index.ts';
import { compileAwaited, eventTest, ownMessage, pairsOf } from './awaited.ts';
import type { JourneyDefinition } from './definition.ts';
import type { Entry, Exit, Reentry } from './entry.ts';
import type { GraphEntry, GraphExit, GraphNode, GraphRule, JourneyGraph } from './graph.ts';
import { instantOf } from './local-time.ts';
import { pathParts } from './request-url.ts';
import { stacksOf } from './stacks.ts';
import { outletsOf, type Step } from './steps/index.ts';
import { awaitedOf } from './steps/wait.ts';
import { type TestPlan, testKey } from './test-mode.ts';
import { compileValue } from './values.ts';

export type CompileOptions = {
  /** Compile it as the body of this test. */
  readonly plan?: TestPlan | undefined;
  /** How its conditions about events are answered, where they share what is remembered with others. */
  readonly conditions?: Conditions | undefined;
};

/** A definition that passed `checkJourney`, ready to be walked. */
export function compileJourney(
  definition: JourneyDefinition,
  version: number,
  catalog: Catalog,
  { plan, conditions }: CompileOptions = {},
): JourneyGraph {
  const stream = (rule: Rule) => compileStreaming(rule, catalog, conditions);
  const zone = definition.time_zone === 'profile' ? definition.fallback_zone : definition.time_zone;
  const compiler = createTextCompiler(zone);
  const stacks = stacksOf(definition.steps, definition.start).of;
  const nodes = new Map(
    Object.entries(definition.steps).map(([name, step]) => [
      name,
      compileNode({
        name,
        step,
        catalog,
        stream,
        compiler,
        inside: stacks.get(name) ?? [],
        isTest: plan !== undefined,
      }),
    ]),
  );
  const { max_entries: entries } = definition;
  return {
    key: plan === undefined ? definition.key : testKey(plan),
    name: definition.name,
    version,
    test: plan && { journey: plan.journey, waitMs: plan.wait_ms, address: plan.address ?? undefined },
    entry: compileEntry(definition.entry),
    exits: definition.exit.map((exit) => compileExit(exit, stream)),
    start: definition.start,
    nodes,
    watched: watchedReactions(nodes),
    channel: catalog.channels.length === 1 ? catalog.channels[0] : undefined,
    zone: definition.time_zone,
    fallbackZone: zone,
    startsAt: definition.starts_at === undefined ? undefined : instantOf(definition.starts_at, zone),
    endsAt: definition.ends_at === undefined ? undefined : instantOf(definition.ends_at, zone),
    timeoutMs: parseDuration(definition.timeout) ?? 0,
    maxEntries: entries && { count: entries.count, perMs: parseDuration(entries.per) ?? 0 },
    maxInside: definition.max_inside,
  };
}

type Stream = (rule: Rule) => StreamingRule;

type RuleInput = { readonly catalog: Catalog; readonly stream: Stream; readonly isTest: boolean };
type NodeInput = RuleInput & {
  readonly name: string;
  readonly step: Step;
  readonly compiler: TextCompiler;
  readonly inside: readonly string[];
};

function compileNode(input: NodeInput): GraphNode {
  const { name, step, compiler, inside } = input;
  const awaited = step.type === 'wait-for' ? [...awaitedOf(step)] : [];
  return {
    name,
    step,
    outlets: new Map(outletsOf(step).map((outlet) => [outlet.name, outlet.target])),
    rules: rulesOf(step, input),
    whens: whensOf(step),
    values: new Map(valuesOf(step).map(([key, value]) => [key, compileValue(value, compiler)])),
    awaited: new Map(awaited.map(([outlet, each]) => [outlet, compileAwaited(each)])),
    inside,
  };
}

function rulesOf(step: Step, input: RuleInput): Map<string, GraphRule> {
  if (step.type !== 'condition') return new Map();
  return new Map(
    Object.entries(step.then).flatMap(([path, { where }]) =>
      where === undefined ? [] : [[path, compileRule(where, input)] as const],
    ),
  );
}

/** Tests of the instance are those of an event whose properties are the entry and the results. */
function whensOf(step: Step): GraphNode['whens'] {
  if (step.type !== 'condition') return new Map();
  return new Map(
    Object.entries(step.then).flatMap(([path, { when }]) => {
      if (when === undefined) return [];
      const accepts = compileEvent('', when);
      return [[path, (scope, now) => accepts({ name: '', at: now, properties: scope }, now)] as const];
    }),
  );
}

/**
 * Rules about rows and messages, and those that cannot stream at all, are asked of the database when somebody comes to them; in a test
 * all are, so that for the sake of a few people nothing is kept of everybody.
 */
function compileRule(rule: Rule, { catalog, stream, isTest }: RuleInput): GraphRule {
  if (isTest || streamingProblems(rule, catalog).length > 0) return { kind: 'asked', rule };
  const streaming = stream(rule);
  return streaming.needs.external.size > 0 ? { kind: 'asked', rule } : { kind: 'live', rule, streaming };
}

/** Everything in a step that may hold Liquid, by where it is written. */
export function valuesOf(step: Step): (readonly [key: string, value: Json])[] {
  switch (step.type) {
    case 'email':
      return [...under('data', step.data), ...given('address', step.address)];
    case 'update-profile':
      return under('set', step.set);
    case 'http':
      return [
        ...pathParts(step).map((part, index) => [`path.${index}`, part] as const),
        ...under('query', step.query),
        ...under('headers', step.headers),
        ...given('body', step.body),
      ];
    case 'lookup':
      return under('key', step.key);
    case 'jump':
      return [...under('data', step.data), ...given('instance', step.instance)];
    case 'condition':
    case 'split':
    case 'experiment':
    case 'cap':
    case 'wait':
    case 'wait-for':
    case 'parallel':
    case 'join':
    case 'end':
      return [];
  }
}

function under(name: string, values: Readonly<Record<string, Json>>): (readonly [string, Json])[] {
  return Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]);
}

function given(name: string, value: Json | undefined): (readonly [string, Json])[] {
  return value === undefined ? [] : [[name, value]];
}

const NO_EVENT: Pick<GraphEntry, 'names' | 'accepts' | 'audience' | 'on' | 'instance' | 'instancesMax' | 'force'> = {
  names: [],
  accepts: () => false,
  audience: undefined,
  on: 'entered',
  instance: undefined,
  instancesMax: 1,
  force: false,
};

function compileEntry(entry: Entry): GraphEntry {
  const common = { ...NO_EVENT, reentryMs: reentryMsOf(entry.reentry) };
  if ('event' in entry) {
    const accepts = eventTest(entry.event, entry.where);
    const { instance, max_instances: instancesMax } = entry;
    return { ...common, kind: 'event', names: [entry.event].flat(), accepts, instance, instancesMax };
  }
  if ('audience' in entry) return { ...common, kind: 'audience', audience: entry.audience, on: entry.on };
  if ('api' in entry) {
    return { ...common, kind: 'api', instance: entry.instance, instancesMax: entry.max_instances };
  }
  if ('business_event' in entry) {
    const accepts = eventTest(entry.business_event, entry.where);
    return { ...common, kind: 'business-event', accepts, audience: entry.read, instancesMax: entry.max_instances };
  }
  return { ...common, kind: 'read', audience: entry.read, force: entry.force };
}

function reentryMsOf(reentry: Reentry): number {
  if (reentry === 'always') return 0;
  return reentry === false ? Number.POSITIVE_INFINITY : (parseDuration(reentry) ?? 0);
}

function compileExit(exit: Exit, stream: Stream): GraphExit {
  if ('rule' in exit) return { kind: 'rule', rule: exit.rule, streaming: stream(exit.rule) };
  if ('audience' in exit) return { kind: 'audience', audience: exit.audience, on: exit.on };
  const accepts = eventTest(exit.event, exit.where);
  return { kind: 'event', names: [exit.event].flat(), accepts, same: pairsOf(exit.same) };
}

/** What is done with messages of its own steps and becomes of them, as far as some step waits for it. */
function watchedReactions(nodes: ReadonlyMap<string, GraphNode>): ReadonlyMap<string, ReadonlySet<string>> {
  const watched = new Map<string, Set<string>>();
  for (const node of nodes.values()) {
    for (const awaited of node.awaited.values()) {
      const known = ownMessage(awaited);
      if (known) watched.set(known.step, (watched.get(known.step) ?? new Set()).add(known.name));
    }
  }
  return watched;
}
