import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import type { Queryable, Transaction } from '../../platform/sql/index.ts';

/** A call of a webhook, as whoever knows webhooks makes it ready. */
export type WebhookRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
};

/** What became of one try. `final`: it is not tried again. */
export type WebhookOutcome = {
  readonly endpoint: string;
  readonly callId: number;
  readonly request: JsonObject;
  readonly ok: boolean;
  readonly final: boolean;
  /** The status of the answer or why there is none, when it did not get through. */
  readonly reason: string | undefined;
  /** What the network called it, where there is no answer. */
  readonly error?: string | undefined;
};

/** What the worker needs of whoever knows webhooks; they fill it, the composition root hands it over. */
export type WebhookCalls = {
  /** The requests of calls that are about to be made, by call id; what is not in it is not wanted any more and is dropped. */
  prepare(
    db: Queryable,
    calls: readonly {
      readonly key: string;
      readonly callId: number;
      readonly endpoint: string;
      readonly request: JsonObject;
    }[],
    now: Instant,
  ): Promise<ReadonlyMap<number, WebhookRequest>>;
  /** Told in the transaction that records the outcomes. */
  settled(tx: Transaction, outcomes: readonly WebhookOutcome[], now: Instant): Promise<void>;
};
