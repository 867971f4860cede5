import type { Instant, Json, JsonObject } from '../kernel/index.ts';

/** What a step wants done. `key` is `node#visit`: the same effect of the same instance is the same effect, however often it is asked for. */
export type Effect =
  | {
      readonly kind: 'send';
      readonly key: string;
      readonly node: string;
      readonly channel: 'email';
      /** Row variables of the template: the entry's data, results and the step's own. */
      readonly data: JsonObject;
      readonly address?: string;
      /** The instance waits to hear what became of it. */
      readonly awaited: boolean;
    }
  | {
      readonly kind: 'update-profile';
      readonly key: string;
      readonly columns: Readonly<Record<string, string | null>>;
      readonly traits: JsonObject;
      readonly consents: readonly {
        readonly channel: string;
        readonly topic: string;
        readonly status: 'granted' | 'refused';
      }[];
    }
  | { readonly kind: 'call'; readonly key: string; readonly node: string; readonly request: CallRequest }
  | { readonly kind: 'lookup'; readonly key: string; readonly question: LookupQuestion }
  | {
      readonly kind: 'enter';
      readonly key: string;
      readonly journey: string;
      readonly instanceKey: string;
      readonly data: JsonObject;
    }
  /** Takes one of `limit` slots of a cap on people; the outcome comes back at once. */
  | {
      readonly kind: 'count';
      readonly key: string;
      readonly node: string;
      readonly name: string;
      readonly limit: number;
    };

/** What became of an effect that the instance waits for within the turn. */
export type Outcome =
  /** The message is queued; without a number in a dry run, where nothing leaves. */
  | { readonly kind: 'queued'; readonly messageId: number | undefined }
  /** It was decided not to send it. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'applied' }
  | { readonly kind: 'slot'; readonly taken: boolean };

/** An HTTP request, rendered. Secrets are named, not written. */
export type CallRequest = {
  readonly endpoint: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
};

/** What a step asks of the database; answered set-wise before the next batch is decided. */
export type LookupQuestion =
  | { readonly kind: 'row'; readonly table: string; readonly key: JsonObject }
  | { readonly kind: 'rules'; readonly journey: string; readonly version: number; readonly node: string }
  /** When the person opened and clicked messages, the first time of each, behind one moment and up to another. */
  | { readonly kind: 'reactions'; readonly after: Instant; readonly until: Instant };

/** What became of a call. */
export type CallResult =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Json }
  /** `error`: what the network said, by its name: `ECONNREFUSED`. */
  | { readonly kind: 'failed'; readonly reason: string; readonly error?: string }
  | { readonly kind: 'timed-out' };

/** One passage of an instance through a node, for the step log and the counters. */
export type Passage = {
  readonly stepNo: number;
  readonly node: string;
  readonly at: Instant;
  /** What happened: came in, left by an outlet, ended. */
  readonly what: 'entered' | 'left' | 'ended';
  readonly outlet?: string;
  readonly detail?: JsonObject;
};

/** By what a passage is counted: the outlet, or the reason of an ending; nothing where there is neither. */
export function passageOutlet({ what, outlet, detail }: Passage): string {
  if (outlet !== undefined) return outlet;
  return what === 'ended' && typeof detail?.reason === 'string' ? detail.reason : '';
}
