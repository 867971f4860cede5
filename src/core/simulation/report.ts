import type { Changes } from '../engine/index.ts';
import { describeStep, type JourneyGraph, type StepType, sendsOf } from '../journeys/index.ts';
import type { Instant, LanguageCode } from '../kernel/index.ts';
import { instantText } from '../rules/index.ts';
import { type CourseLine, openCourse } from './course.ts';
import type { SimulationRules } from './rules.ts';
import type { SimulationOutcome } from './simulate.ts';
import { type TraceLine, traceChanges } from './trace.ts';

type Counts = Record<string, number>;

/** What passed through one step. `entered` = the sum of `left` + `ended` + `waiting`. */
export type NodeReport = {
  readonly node: string;
  readonly type: StepType;
  readonly label: string | null;
  /** What the step does, in words. */
  readonly does: string;
  /** Its ways out, in their order, and the steps that they lead to. */
  readonly outlets: readonly { readonly name: string; readonly target: string | null }[];
  entered: number;
  ended: number;
  waiting: number;
  readonly left: Counts;
};

export type JourneyReport = {
  readonly key: string;
  readonly version: number;
  readonly start: string;
  entered: number;
  /** Who is still inside when the simulation ends. */
  inside: number;
  readonly refused: Counts;
  readonly ended: Counts;
  readonly nodes: readonly NodeReport[];
};

export type MessageReport = {
  readonly journey: string;
  readonly step: string;
  readonly template: string;
  queued: number;
  readonly excluded: Counts;
};

export type AudienceReport = {
  readonly key: string;
  entered: number;
  left: number;
  /** Members when the simulation ends. */
  members: number;
};

export type DayReport = {
  readonly day: string;
  entered: number;
  messages: number;
  excluded: number;
  audienceEntered: number;
  audienceLeft: number;
};

/** Somebody came in; the first thousand are named. */
export type Entrance = {
  readonly at: Instant;
  readonly profileId: number;
  /** As it is when the simulation ends. */
  readonly email: string | null;
  readonly journey: string;
};

export type SimulationReport = {
  readonly from: Instant;
  readonly until: Instant;
  readonly events: number;
  readonly ignored: number;
  readonly people: { readonly known: number; readonly created: number; readonly merged: number };
  readonly journeys: readonly JourneyReport[];
  readonly messages: readonly MessageReport[];
  readonly audiences: readonly AudienceReport[];
  readonly days: readonly DayReport[];
  readonly calls: number;
  readonly deadLetters: Counts;
  readonly entries: readonly Entrance[];
  readonly trace: readonly TraceLine[];
  /** The same numbers by interval; only where the report knows the span when it begins. */
  readonly course: readonly CourseLine[];
};

export type Reporter = {
  readonly onChanges: (changes: Changes, now: Instant) => void;
  finish(outcome: SimulationOutcome, span: { readonly from: Instant; readonly until: Instant }): SimulationReport;
};

const ENTRIES_MAX = 1_000;

/** Adds up what comes to pass in a simulation, and writes down what happens to the people of `trace`. */
export function openReport(input: {
  readonly rules: SimulationRules;
  readonly trace: ReadonlySet<number>;
  readonly span?: { readonly from: Instant; readonly until: Instant };
  /** Of what is said in words. */
  readonly language?: LanguageCode;
}): Reporter {
  const language = input.language ?? 'en';
  const tallies: Tallies = {
    journeys: new Map(
      input.rules.graphs.map((graph) => [journeyName(graph.key, graph.version), journeyTally(graph, language)]),
    ),
    audiences: new Map(input.rules.audiences.all.map(({ key }) => [key, { key, entered: 0, left: 0, members: 0 }])),
    days: new Map(),
    deadLetters: {},
    entries: [],
    calls: 0,
  };
  const { rules, trace: wanted } = input;
  const trace: TraceLine[] = [];
  const course = input.span && openCourse(input.span);
  return {
    onChanges(changes, now) {
      count(tallies, changes, now);
      course?.note(changes, now);
      if (wanted.size > 0) traceChanges(changes, now, { graphs: rules.graphs, wanted, trace, language });
    },
    finish(outcome, span) {
      countThoseInside(tallies, outcome);
      const { from, until } = span;
      const { people, events, ignored } = outcome;
      const { journeys, audiences, days, calls, deadLetters, entries } = tallies;
      return {
        from,
        until,
        events,
        ignored,
        people: { known: people.size + people.merged - people.created, created: people.created, merged: people.merged },
        journeys: [...journeys.values()].map(({ report }) => report),
        messages: [...journeys.values()].flatMap((tally) => [...tally.messages.values()]),
        audiences: [...audiences.values()],
        days: [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
        calls,
        deadLetters,
        entries: entries.map((entry) => ({ ...entry, email: people.get(entry.profileId)?.profile.email ?? null })),
        trace,
        course: course?.lines() ?? [],
      };
    },
  };
}

type Tallies = {
  readonly journeys: ReadonlyMap<string, Tally>;
  readonly audiences: ReadonlyMap<string, AudienceReport>;
  readonly days: Map<string, DayReport>;
  readonly deadLetters: Counts;
  readonly entries: Omit<Entrance, 'email'>[];
  calls: number;
};

function count(tallies: Tallies, changes: Changes, now: Instant): void {
  for (const { audience, change } of changes.audienceChanges) {
    const tally = tallies.audiences.get(audience);
    if (tally) tally[change] += 1;
    dayOf(tallies, now)[change === 'entered' ? 'audienceEntered' : 'audienceLeft'] += 1;
  }
  countJourneys(tallies, changes, now);
  for (const { journeyKey, version, send, outcome } of changes.messages) {
    const sent = tallies.journeys.get(journeyName(journeyKey, version))?.messages.get(send.node);
    dayOf(tallies, now)[outcome.kind === 'queue' ? 'messages' : 'excluded'] += 1;
    if (sent && outcome.kind === 'queue') sent.queued += 1;
    else if (sent && outcome.kind === 'exclude') raise(sent.excluded, outcome.reason);
  }
  tallies.calls += changes.calls.length;
  for (const { reason } of changes.deadLetters) raise(tallies.deadLetters, reason);
}

function countJourneys(tallies: Tallies, changes: Changes, now: Instant): void {
  const { journeys, entries } = tallies;
  for (const { instance, isNew, profileId } of changes.instances) {
    const tally = journeys.get(journeyName(instance.journeyKey, instance.version));
    if (tally && isNew) {
      tally.report.entered += 1;
      dayOf(tallies, now).entered += 1;
      if (entries.length < ENTRIES_MAX) entries.push({ at: now, profileId, journey: instance.journeyKey });
    }
    if (tally && instance.state === 'ended') raise(tally.report.ended, instance.endReason ?? 'finished');
  }
  for (const { instance, passage } of changes.passages) {
    const node = journeys.get(journeyName(instance.journeyKey, instance.version))?.nodes.get(passage.node);
    if (!node) continue;
    if (passage.what === 'entered') node.entered += 1;
    else if (passage.what === 'ended') node.ended += 1;
    else raise(node.left, passage.outlet ?? 'next');
  }
  for (const { journeyKey, version, name, outlet, value } of changes.counts) {
    const tally = journeys.get(journeyName(journeyKey, version));
    if (tally && name === 'refused') raise(tally.report.refused, outlet || 'refused', value);
  }
}

function countThoseInside({ journeys, audiences }: Tallies, { people }: SimulationOutcome): void {
  for (const person of people.all()) {
    for (const key of person.audiences.keys()) {
      const tally = audiences.get(key);
      if (tally) tally.members += 1;
    }
    for (const { state, journeyKey, version, positions } of person.instances) {
      const tally = journeys.get(journeyName(journeyKey, version));
      if (!tally || state === 'ended') continue;
      tally.report.inside += 1;
      for (const { node } of positions) {
        const at = tally.nodes.get(node);
        if (at) at.waiting += 1;
      }
    }
  }
}

function dayOf({ days }: Tallies, now: Instant): DayReport {
  const day = instantText(now).slice(0, 10);
  const known = days.get(day);
  if (known) return known;
  const made = { day, entered: 0, messages: 0, excluded: 0, audienceEntered: 0, audienceLeft: 0 };
  days.set(day, made);
  return made;
}

type Tally = {
  readonly report: JourneyReport;
  readonly nodes: ReadonlyMap<string, NodeReport>;
  readonly messages: ReadonlyMap<string, MessageReport>;
};

function journeyTally(graph: JourneyGraph, language: LanguageCode): Tally {
  const nodes = new Map<string, NodeReport>(
    [...graph.nodes.values()].map(({ name, step, outlets }) => [
      name,
      {
        node: name,
        type: step.type,
        label: step.label ?? null,
        does: describeStep(step, language),
        outlets: [...outlets].map(([outlet, target]) => ({ name: outlet, target: target ?? null })),
        entered: 0,
        ended: 0,
        waiting: 0,
        left: {},
      },
    ]),
  );
  const messages = new Map<string, MessageReport>(
    sendsOf(graph).map(({ node, template }) => [
      node,
      { journey: graph.key, step: node, template, queued: 0, excluded: {} },
    ]),
  );
  const { key, version, start } = graph;
  const report = { key, version, start, entered: 0, inside: 0, refused: {}, ended: {}, nodes: [...nodes.values()] };
  return { report, nodes, messages };
}

function journeyName(key: string, version: number): string {
  return `${key} ${version}`;
}

function raise(counts: Counts, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
