import type { RecipientVerdict } from '../deliveries/index.ts';
import type { CallRequest, EntryRefusal, GraphSend, JourneyInstance, Passage } from '../journeys/index.ts';
import type { Instant, Json, JsonObject } from '../kernel/index.ts';
import type { EventItem, InboxItem, LinkItem } from './item.ts';
import type { Person } from './person.ts';

/** An item for one person, in the order of the inbox. */
export type TurnItem = {
  readonly inboxId: number;
  readonly item: Exclude<InboxItem, LinkItem>;
  /** What the tables said to a look-up; none when there is no such row. */
  readonly answer?: Json;
};

/** One person and what is there for them. Timers that are due need not be named: they are seen in the person. */
export type PersonTurn = {
  readonly person: Person;
  readonly items: readonly TurnItem[];
};

/** Numbers that were drawn before, each handed out once. `take` throws `IdsExhausted` when none is left; draw more and decide again. */
export type IdSource = { take(): number };

export class IdsExhausted extends Error {}

/** All that a turn wants stored. Everything in it belongs to one transaction. */
export type Changes = {
  /** One per turn, in order; what did not change is the same object in `before` and `after`. */
  readonly persons: readonly PersonChange[];
  readonly history: readonly HistoryEvent[];
  readonly audienceChanges: readonly AudienceChange[];
  readonly instances: readonly InstanceChange[];
  readonly passages: readonly PassageOf[];
  readonly counts: readonly JourneyCount[];
  readonly refusals: readonly RefusalOf[];
  readonly messages: readonly MessageOrder[];
  readonly calls: readonly CallOrder[];
  /** What goes back into inboxes: look-ups, entries of other journeys. */
  readonly inbox: readonly InboxOrder[];
  readonly deadLetters: readonly DeadLetter[];
  /** Slots taken of caps on people, and given back, by the name of the counter. */
  readonly taken: ReadonlyMap<string, number>;
  /**
   * Counters of caps that were asked for and not given, and addresses of which it was not said whether they are suppressed: when there
   * are any, nothing of this is to be stored; decide again with them.
   */
  readonly missing: { readonly slots: readonly string[]; readonly addresses: readonly string[] };
  /** How many traits were not kept because their people have too many. */
  readonly traitsDropped: number;
};

export type PersonChange = {
  readonly before: Person;
  readonly after: Person;
  /** What to write of the profile; none when nothing was said about the person. */
  readonly profile: ProfilePatch | undefined;
  readonly consents: Person['consents'];
};

export type InboxOrder = { readonly bucket: number; readonly profileId: number; readonly item: InboxItem };

export type ProfilePatch = {
  readonly columns: Readonly<Record<string, string | null>>;
  readonly traits: JsonObject;
  /** Traits that are gone. */
  readonly without: readonly string[];
};

export type HistoryEvent = { readonly bucket: number; readonly profileId: number; readonly event: EventItem };

export type AudienceChange = {
  readonly bucket: number;
  readonly profileId: number;
  readonly at: Instant;
  readonly audience: string;
  readonly change: 'entered' | 'left';
  readonly cause: 'event' | 'time' | 'profile' | 'rule' | 'merge' | 'rows';
};

export type InstanceChange = {
  readonly bucket: number;
  readonly profileId: number;
  readonly instance: JourneyInstance;
  readonly isNew: boolean;
};

export type PassageOf = {
  readonly bucket: number;
  readonly profileId: number;
  readonly instance: JourneyInstance;
  readonly passage: Passage;
};

export type JourneyCount = {
  readonly journeyKey: string;
  readonly version: number;
  readonly node: string;
  readonly name: string;
  readonly outlet: string;
  readonly value: number;
};

/** Somebody whom a journey did not let in. */
export type RefusalOf = {
  readonly bucket: number;
  readonly profileId: number;
  readonly journeyKey: string;
  readonly version: number;
  readonly instanceKey: string;
  /** What would have let them in: an event, an audience, a call. */
  readonly name: string;
  readonly reason: EntryRefusal;
  readonly at: Instant;
};

/** A message of a journey's step, judged: to be queued, or excluded with the reason. */
export type MessageOrder = {
  readonly bucket: number;
  readonly profileId: number;
  readonly instanceId: number;
  readonly messageId: number;
  readonly journeyKey: string;
  readonly version: number;
  readonly node: string;
  /** What delivery needs of the step. */
  readonly send: GraphSend;
  readonly address: string | null;
  readonly data: JsonObject;
  readonly outcome: RecipientVerdict;
  /** The instance waits to hear what becomes of it. */
  readonly awaited: boolean;
};

export type CallOrder = {
  readonly bucket: number;
  readonly profileId: number;
  readonly instanceId: number;
  readonly callKey: string;
  readonly request: CallRequest;
};

/** Something that could not be done for a person. */
export type DeadLetter = {
  /** The item itself was applied, and only what followed from it was cut: it is not to come again. */
  readonly applied: boolean;
  readonly bucket: number;
  readonly profileId: number;
  readonly inboxId: number | undefined;
  readonly item: InboxItem | undefined;
  readonly reason: 'chain_too_long' | 'not_processable';
  readonly detail: string;
};
