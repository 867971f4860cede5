import type { Lane, MessageState, SendState } from '../deliveries/index.ts';
import type { EntryRefusal, Exit, Passage, Step, VersionState } from '../journeys/index.ts';
import type { Instant, JsonObject } from '../kernel/index.ts';
import type { PropertyTest } from '../rules/index.ts';

/** What a waiting instance waits for; nothing where only time has to pass. */
export type Awaits = 'input' | 'message' | 'response' | 'lookup' | 'join';
/** Where an instance stands, and until when at the latest. */
export type Standing = {
  readonly node: string;
  readonly held: boolean;
  readonly awaits: Awaits | undefined;
  readonly until: Instant | undefined;
};

export type ChangeCause = 'event' | 'time' | 'profile' | 'rule' | 'merge' | 'rows';
export type SuppressionReason = 'hard_bounce' | 'complaint' | 'manual';
export type Reaction = 'opened' | 'clicked' | 'unsubscribed' | 'complained';
export type ConsentAsked = 'none' | 'opt-in' | 'opt-out';
/** What a message is, for its sentences. */
export type MessageName = {
  readonly id: number;
  readonly template: string | undefined;
  readonly version: number | undefined;
};
type About = { readonly channel: string; readonly topic: string };
type Tried = { readonly channel: string | undefined; readonly attempts: number };

/** Everything that can be known of why something happened to one person, or did not: the kind of a fact, and what it says. */
export type Facts = {
  // Answers.
  person: { readonly profileId: number; readonly email: string | null; readonly since: Instant };
  'in-audience': { readonly audience: string; readonly since: Instant | undefined };
  'not-in-audience': { readonly audience: string; readonly left: Instant | undefined };
  'never-in-journey': {
    readonly journey: string;
    readonly refused: { readonly at: Instant; readonly reason: EntryRefusal } | undefined;
  };
  'left-journey': {
    readonly journey: string;
    readonly key: string;
    readonly at: Instant;
    readonly reason: string;
    readonly exits: readonly Exit[];
  };
  'in-journey': {
    readonly journey: string;
    readonly key: string;
    readonly since: Instant;
    readonly held: boolean;
    readonly places: readonly Standing[];
  };
  'message-sent': { readonly message: MessageName; readonly to: string | null; readonly at: Instant | undefined };
  'message-excluded': { readonly message: MessageName; readonly reason: string | null; readonly channel: string };
  'message-failed': {
    readonly message: MessageName;
    readonly to: string | null;
    readonly at: Instant | undefined;
    readonly reason: string | null;
  };
  'message-uncertain': { readonly message: MessageName; readonly to: string | null; readonly at: Instant | undefined };
  'message-sending': { readonly message: MessageName; readonly to: string | null };
  'message-held': {
    readonly message: MessageName;
    readonly to: string | null;
    readonly send: SendState | undefined;
    readonly reason: string | undefined;
  };
  'message-queued': { readonly message: MessageName; readonly to: string | null; readonly until: Instant | undefined };

  // Of audiences.
  saved: { readonly campaign: string | undefined; readonly run: number };
  change: {
    readonly change: 'entered' | 'left';
    readonly cause: ChangeCause;
    readonly event: { readonly name: string; readonly at: Instant } | undefined;
  };
  condition: { readonly holds: boolean; readonly sentence: string; readonly found: string };

  moved: { readonly change: 'entered' | 'left'; readonly audience: string; readonly cause: ChangeCause };

  // Of journeys.
  entered: { readonly version: number; readonly by: string; readonly key: string; readonly dryRun: boolean };
  passage: { readonly passage: Passage; readonly step: Step | undefined };
  ended: { readonly reason: string; readonly exits: readonly Exit[] };
  stands: Standing;
  /** At which hour somebody waits for their best one, as the step keeps it. */
  'chosen-hour': { readonly choice: JsonObject };
  does: { readonly node: string; readonly step: Step };
  version: {
    readonly version: number;
    readonly state: VersionState;
    readonly hold: 'hold' | 'discard' | undefined;
    readonly closed: Instant | undefined;
  };
  /** What somebody wrote when they gave a command. */
  said: { readonly text: string };
  refusal: { readonly reason: EntryRefusal };
  'would-have-entered': { readonly version: number; readonly by: string; readonly key: string };
  'door-event': { readonly names: readonly string[]; readonly conditions: boolean };
  'never-happened': object;
  happened: {
    readonly name: string;
    readonly but:
      | { readonly why: 'before-live'; readonly live: Instant }
      | { readonly why: 'stale' | 'imported' }
      | undefined;
  };
  unfit: { readonly path: string; readonly test: PropertyTest; readonly found: string };
  'door-api': object;
  'door-audience': { readonly audience: string; readonly on: 'entered' | 'left' | 'both' | 'read' };
  member: { readonly is: boolean };
  'ask-audience': { readonly audience: string };
  'ask-journey': { readonly journey: string };

  // Of messages.
  'by-journey': {
    readonly step: string | null;
    readonly journey: string;
    readonly version: number | null;
    readonly instance: number | null;
  };
  'by-campaign': {
    readonly activity: string | null;
    readonly campaign: string;
    readonly run: number | null;
    readonly lane: Lane;
  };
  'by-api': { readonly lane: Lane };
  'consent-asked': About & { readonly mode: ConsentAsked };
  'consent-said': About & {
    readonly status: 'granted' | 'refused';
    readonly source: string;
    /** Said after the message was decided. */
    readonly later: boolean;
  };
  'consent-silent': { readonly channel: string };
  suppressed: {
    readonly address: string;
    readonly reason: SuppressionReason;
    readonly detail: string | null;
    readonly later: boolean;
  };
  'suppressed-then': object;
  'provider-took': Tried;
  'provider-refused': Tried & { readonly reason: string | null };
  'answer-lost': Tried;
  tried: Tried;
  /** The provider's own words, in whatever language. */
  'own-words': { readonly text: string };
  reaction: {
    readonly what: Reaction;
    readonly machine: boolean;
    readonly times: number;
    readonly last: Instant;
  };
  'no-reaction': object;
  /** In a simulation, where nothing leaves. */
  'would-send': { readonly journey: string; readonly step: string; readonly to: string };
  'would-not-send': { readonly journey: string; readonly step: string; readonly reason: string };

  // Of a person as a whole.
  audiences: { readonly any: boolean };
  journeys: { readonly any: boolean };
  messages: { readonly any: boolean };
  'one-audience': { readonly audience: string };
  'one-journey': {
    readonly journey: string;
    readonly version: number;
    readonly state: 'active' | 'held' | 'ended';
    readonly reason: string | null;
  };
  'one-refusal': { readonly journey: string; readonly reason: EntryRefusal };
  'one-message': {
    readonly message: MessageName;
    readonly of: string | null;
    readonly step: string | null;
    readonly state: MessageState;
    readonly reason: string | null;
  };
};

export type FactKind = keyof Facts;
/** One thing that is known, as data; `sayFact` puts it into words. */
export type Fact = { readonly [Kind in FactKind]: { readonly kind: Kind } & Facts[Kind] }[FactKind];
