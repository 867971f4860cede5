import type { ConsentMode } from '../consent/index.ts';
import type { SendSettings } from '../deliveries/index.ts';
import type { DurationMs, Instant, Json, JsonObject } from '../kernel/index.ts';
import type { StreamingRule } from '../metrics/index.ts';
import type { Rule } from '../rules/index.ts';
import type { JourneyEvent } from './input.ts';
import type { Step } from './steps/index.ts';
import type { MessageResult } from './steps/wait.ts';

/** What values of steps are made from. */
export type Scope = {
  readonly profile: JsonObject;
  readonly entry: JsonObject;
  readonly results: JsonObject;
  readonly journey: JsonObject;
};
/** A value, or undefined when what it names is not there. Throws what Liquid throws. */
export type ReadValue = (scope: Scope, now: Instant) => Json | undefined;

/** A rule about the person: kept true or false by events, or asked of the database when it is needed. */
export type GraphRule =
  | { readonly kind: 'live'; readonly rule: Rule; readonly streaming: StreamingRule }
  | { readonly kind: 'asked'; readonly rule: Rule };

export type EventTest = (event: JourneyEvent, now: Instant) => boolean;

/** One thing to wait for, or that ends an instance. */
export type GraphAwaited =
  | {
      readonly kind: 'event';
      readonly names: readonly string[];
      readonly accepts: EventTest;
      /** Pairs of paths that must be equal: of the event, of the entry. */
      readonly same: readonly (readonly [event: string, entry: string])[];
    }
  | { readonly kind: 'audience'; readonly audience: string; readonly on: 'entered' | 'left' }
  | {
      readonly kind: 'reaction';
      /** A step of this journey, or whose messages besides. */
      readonly of:
        | { readonly kind: 'step'; readonly step: string }
        | { readonly kind: 'any' }
        | { readonly kind: 'campaign'; readonly campaign: string; readonly activity: string | undefined }
        | { readonly kind: 'journey'; readonly journey: string; readonly step: string | undefined };
      readonly reaction: string;
      readonly machine: boolean;
    }
  /** What becomes of the message of a step of this journey. */
  | { readonly kind: 'result'; readonly step: string; readonly result: MessageResult };
export type GraphExit =
  | Exclude<GraphAwaited, { kind: 'reaction' | 'result' }>
  | { readonly kind: 'rule'; readonly rule: Rule; readonly streaming: StreamingRule };

/** The entry as it is matched; what an audience read or a business event needs beyond is in the definition. */
export type GraphEntry = {
  readonly kind: 'event' | 'audience' | 'read' | 'business-event' | 'api';
  /** The events of a person that let them in. */
  readonly names: readonly string[];
  /** Whether an event of the person, or a business event, does. */
  readonly accepts: EventTest;
  readonly audience: string | undefined;
  readonly on: 'entered' | 'left' | 'both';
  readonly instance: string | undefined;
  /** Milliseconds since the last entry; Infinity for never again. */
  readonly reentryMs: DurationMs;
  readonly instancesMax: number;
  readonly force: boolean;
};

/** A step with everything that could be prepared. */
export type GraphNode = {
  readonly name: string;
  readonly step: Step;
  /** Where each outlet leads; undefined: nowhere. */
  readonly outlets: ReadonlyMap<string, string | undefined>;
  /** Rules of a condition, by path. */
  readonly rules: ReadonlyMap<string, GraphRule>;
  /** What the paths of a condition say of the instance, by path. */
  readonly whens: ReadonlyMap<string, (scope: Scope, now: Instant) => boolean>;
  /** Values of the step, by where they are written: `data`, `set.name`... */
  readonly values: ReadonlyMap<string, ReadValue>;
  /** What a wait-for waits for, by outlet. */
  readonly awaited: ReadonlyMap<string, GraphAwaited>;
  /** The parallels that a position here stands in, outermost first. */
  readonly inside: readonly string[];
};

/** What the steps of a graph know of the test that they run in. */
export type GraphTest = {
  /** The journey that is tested; the graph has the key of the test. */
  readonly journey: string;
  /** The longest that anybody waits. */
  readonly waitMs: DurationMs;
  /** Where every message goes; undefined: to its person. */
  readonly address: string | undefined;
};

/** A version of a journey, ready to be walked. */
export type JourneyGraph = {
  readonly key: string;
  readonly name: string | undefined;
  readonly version: number;
  /** Of a test: what is different in it. */
  readonly test: GraphTest | undefined;
  readonly entry: GraphEntry;
  readonly exits: readonly GraphExit[];
  readonly start: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Reactions to messages of its own steps that are remembered until a step asks for them. */
  readonly watched: ReadonlyMap<string, ReadonlySet<string>>;
  /** The channel of steps that name none: the only one there is. */
  readonly channel: string | undefined;
  /** `profile`, or an IANA name. */
  readonly zone: string;
  readonly fallbackZone: string;
  readonly startsAt: Instant | undefined;
  readonly endsAt: Instant | undefined;
  readonly timeoutMs: DurationMs;
  readonly maxEntries: { readonly count: number; readonly perMs: DurationMs } | undefined;
  readonly maxInside: number | undefined;
};

/** What a step that sends needs of delivery. */
export type GraphSend = {
  readonly node: string;
  readonly template: string;
  readonly channel: string;
  readonly topic: string | undefined;
  readonly consent: ConsentMode;
  readonly settings: SendSettings;
  /** Its people come in by the thousand at once, because an audience is read. */
  readonly blast: boolean;
};
