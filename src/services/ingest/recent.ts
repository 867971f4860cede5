import type { EventItem } from '../../core/engine/index.ts';
import type { DeadLetterReason } from '../../core/ingest/index.ts';
import type { Identity } from '../../core/profiles/index.ts';
import type { DeadLetter } from './store-dead-letters.ts';

/** What arrived lately from one source, for somebody who connects one and wants to see that it works. */
export type RecentEvent = {
  readonly received_at: Date;
  readonly outcome: 'accepted' | 'rejected';
  readonly type: EventItem['type'] | null;
  readonly name: string | null;
  readonly message_id: string | null;
  readonly identities: readonly Identity[];
  readonly reason: DeadLetterReason | null;
  readonly detail: string | null;
  /** The event as it was read; of the newest ones alone. */
  readonly body: Readonly<Record<string, unknown>> | null;
};

export type RecentEvents = {
  note(source: string, arrived: readonly RecentEvent[]): void;
  /** Newest first. */
  of(source: string): RecentEvent[];
};

const PER_SOURCE_MAX = 50;
/** Bodies are what could fill the memory: they are kept of so many. */
const BODIES_PER_SOURCE_MAX = 20;
/** Of one request. */
export const RECENT_PER_REQUEST_MAX = 20;
const SOURCES_MAX = 100;

/** Keeps the last events of the last sources in the memory of this process; it costs no statement and survives no restart. */
export function createRecentEvents(): RecentEvents {
  const bySource = new Map<string, RecentEvent[]>();
  return {
    note(source, arrived) {
      const events = [...(bySource.get(source) ?? []), ...arrived];
      bySource.delete(source);
      const bodiless = events.length - BODIES_PER_SOURCE_MAX;
      const kept = events.map((event, index) => (index < bodiless && event.body ? { ...event, body: null } : event));
      bySource.set(source, kept.slice(-PER_SOURCE_MAX));
      const [longestSilent] = bySource.keys();
      if (bySource.size > SOURCES_MAX && longestSilent !== undefined) bySource.delete(longestSilent);
    },
    of: (source) => [...(bySource.get(source) ?? [])].reverse(),
  };
}

/** An accepted event as it is shown. */
export function ofItem(item: EventItem): RecentEvent {
  const { type, name, messageId, identities, receivedAt, occurredAt, properties, traits, group, device } = item;
  const body = { type, name, occurred_at: new Date(occurredAt).toISOString(), identities, properties, traits };
  const refusal = { reason: null, detail: null, body: { ...body, ...(group && { group }), ...(device && { device }) } };
  return {
    received_at: new Date(receivedAt),
    outcome: 'accepted',
    type,
    name,
    message_id: messageId,
    identities,
    ...refusal,
  };
}

/** A refused one. */
export function ofLetter({ reason, detail, receivedAt }: DeadLetter): RecentEvent {
  const unknown = { type: null, name: null, message_id: null, identities: [] };
  return { received_at: new Date(receivedAt), outcome: 'rejected', ...unknown, reason, detail, body: null };
}
