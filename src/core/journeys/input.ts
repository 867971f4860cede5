import type { Instant, Json, JsonObject } from '../kernel/index.ts';
import type { MetricStates } from '../metrics/index.ts';
import type { Facts } from '../rules/index.ts';
import type { CallResult, Outcome } from './effect.ts';

/** An event as journeys see it; the engine's event is one. */
export type JourneyEvent = {
  readonly kind: 'event';
  readonly name: string;
  readonly properties: JsonObject;
  readonly occurredAt: Instant;
};

/** The person came into an audience or left it. */
export type AudienceMove = {
  readonly kind: 'audience';
  readonly audience: string;
  readonly change: 'entered' | 'left';
  readonly at: Instant;
};

/** Somebody is let in not by an event of theirs; the engine's item is one. */
export type Invitation = {
  readonly kind: 'enter';
  readonly journey: string;
  readonly instanceKey: string;
  readonly data: JsonObject;
  readonly by: 'api' | 'audience' | 'business-event' | 'jump';
  readonly force?: boolean;
  /** Only into a dry run. */
  readonly dryRun?: boolean;
};

/** What can happen to an instance. The engine's items of the same kinds can be handed over as they are. */
export type AdvanceInput =
  /** It was just let in. */
  | { readonly kind: 'start' }
  /** Time has passed, or the journey goes on after a pause. */
  | { readonly kind: 'timer' }
  | JourneyEvent
  | AudienceMove
  /** Something else about the person changed: exit rules are judged again. */
  | { readonly kind: 'profile' }
  | {
      readonly kind: 'reaction';
      readonly reaction: 'opened' | 'clicked' | 'unsubscribed' | 'complained';
      readonly machine: boolean;
      readonly messageId: number;
      readonly campaign: string | null;
      readonly journey: string | null;
      readonly activity: string | null;
    }
  | {
      readonly kind: 'settled';
      readonly messageId: number;
      readonly state: 'sent' | 'failed' | 'uncertain' | 'excluded';
      readonly reason: string | null;
    }
  | { readonly kind: 'response'; readonly callKey: string; readonly result: CallResult }
  /** To a look-up: the row, or one boolean per rule in the order of `askedRules`; undefined when there is no such row. */
  | { readonly kind: 'answer'; readonly callKey: string; readonly answer: Json | undefined }
  /** What became of the effect that the last call ended with. */
  | { readonly kind: 'continue'; readonly key: string; readonly outcome: Outcome }
  /** It is over: `stopped`, `merged`, `deleted`... */
  | { readonly kind: 'end'; readonly reason: string };

/** What an instance can see of the world; nothing of it is changed. */
export type World = {
  /** Shares of people are dealt by it: the same person, the same part. */
  readonly profileId: number;
  /** Of the person as they are now; `facts.events` is not read. */
  readonly facts: Facts;
  readonly metrics: MetricStates;
  /** The journey is paused: who comes to a step that acts is held there, or leaves. */
  readonly paused?: 'hold' | 'discard';
  /** Variants that won an experiment since the version went live, by step. */
  readonly winners?: Readonly<Record<string, string>>;
};
