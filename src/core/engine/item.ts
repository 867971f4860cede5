import type { CallResult, LookupQuestion } from '../journeys/index.ts';
import type { Instant, JsonObject } from '../kernel/index.ts';
import type { Identity } from '../profiles/index.ts';

/** An event as the engine gets it: checked, its times corrected, its identities in normal form, the one it was routed by first. */
export type EventItem = {
  readonly kind: 'event';
  /** What it is in the words of the Segment specification. */
  readonly type: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';
  /** The name under which rules know it: of a track its event, of the others `Identify`, `Page Viewed`, `Screen Viewed`... */
  readonly name: string;
  readonly properties: JsonObject;
  /** What it says about the person: of an identify its traits, of others `context.traits`. */
  readonly traits: JsonObject;
  readonly identities: readonly Identity[];
  readonly messageId: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  /** The write key's name, or the inlet. */
  readonly source: string;
  /** Fills history, metrics and audiences without triggering anything. */
  readonly historical?: boolean;
  /** Is in the history already; only what looks at it is to be told. */
  readonly recorded?: boolean;
  /** How many causes of our own stand before it: an event of ours that was caused by an event of ours... */
  readonly depth?: number;
  /** A push token of the device that it came from. */
  readonly device?: { readonly token: string; readonly platform: string };
  readonly group?: { readonly key: string; readonly traits: JsonObject };
  /** The test that it was made for: of journeys only that hears of it and of what follows from it. */
  readonly test?: string;
};

/** How the source of an event begins in the history when it was imported as history: nothing has ever started by it. */
export const IMPORTED_START = 'import:';

/** What the history says of where an event came from. A file says by its own name that it was imported. */
export function historySource({ source, historical }: Pick<EventItem, 'source' | 'historical'>): string {
  return historical && !source.startsWith(IMPORTED_START) ? `${IMPORTED_START}${source}` : source;
}

/** An identity of another bucket is known to belong to this profile: link it here, or merge who owns it. */
export type LinkItem = {
  readonly kind: 'link';
  readonly identity: Identity;
  readonly to: { readonly bucket: number; readonly profileId: number };
  /** An alias said so: the limit of users does not count. */
  readonly explicit?: boolean;
};

/** What a person did with a message. */
export type ReactionItem = {
  readonly kind: 'reaction';
  readonly reaction: 'opened' | 'clicked' | 'unsubscribed' | 'complained';
  readonly machine: boolean;
  readonly messageId: number;
  readonly campaign: string | null;
  readonly journey: string | null;
  /** The campaign's activity or the journey's step. */
  readonly activity: string | null;
  readonly instanceId: number | null;
  readonly url: string | null;
  readonly at: Instant;
  /** How many causes of our own stand before it, its message among them; 1 unless told otherwise. */
  readonly depth?: number;
};

/** What became of a message that a step of a journey waits for. */
export type SettledItem = {
  readonly kind: 'settled';
  readonly messageId: number;
  readonly instanceId: number;
  readonly state: 'sent' | 'failed' | 'uncertain' | 'excluded';
  readonly reason: string | null;
};

/** The answer to a call of a journey's step. */
export type ResponseItem = {
  readonly kind: 'response';
  readonly instanceId: number;
  /** `node#visit`, as the effect that caused the call names it. */
  readonly callKey: string;
  readonly result: CallResult;
};

/** A journey's step asks for rows of tables, or whether a rule about rows holds; answered set-wise before the batch is decided. */
export type LookupItem = {
  readonly kind: 'lookup';
  readonly instanceId: number;
  readonly callKey: string;
  readonly question: LookupQuestion;
};

/** Somebody enters a journey not by an event: through the API, an audience that was read, a business event, a jump. */
export type EnterItem = {
  readonly kind: 'enter';
  readonly journey: string;
  readonly instanceKey: string;
  readonly data: JsonObject;
  readonly by: 'api' | 'audience' | 'business-event' | 'jump';
  /** End an instance that is still inside first. */
  readonly force?: boolean;
  /** Let in by what a dry run read: nobody enters for real. */
  readonly dryRun?: boolean;
  readonly depth?: number;
};

/** Something outside of events changed: memberships are to be judged again. */
export type TouchItem = {
  readonly kind: 'touch';
  readonly cause: 'rows' | 'profile' | 'consent' | 'merge' | 'rule';
  /** Fold the person's whole history into the metrics anew. */
  readonly refold?: boolean;
  /** Addresses that an event said of the person and that turned out to be another profile's, which stays apart. */
  readonly disowned?: readonly Identity[];
};

export type InboxItem =
  | EventItem
  | LinkItem
  | ReactionItem
  | SettledItem
  | ResponseItem
  | LookupItem
  | EnterItem
  | TouchItem;

/** A chain of causes of our own longer than this is cut and reported. */
export const DEPTH_MAX = 10;
