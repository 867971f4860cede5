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
};

export type RecentEvents = {
  note(source: string, accepted: readonly { readonly item: EventItem }[], refused: readonly DeadLetter[]): void;
  /** Newest first. */
  of(source: string): RecentEvent[];
};

const PER_SOURCE_MAX = 50;
const PER_REQUEST_MAX = 20;
const SOURCES_MAX = 200;

/** Keeps the last events of the last sources in the memory of this process; it costs no statement and survives no restart. */
export function createRecentEvents(): RecentEvents {
  const bySource = new Map<string, RecentEvent[]>();
  return {
    note(source, accepted, refused) {
      const events = bySource.get(source) ?? [];
      for (const { item } of accepted.slice(-PER_REQUEST_MAX)) events.push(ofItem(item));
      for (const letter of refused.slice(-PER_REQUEST_MAX)) events.push(ofLetter(letter));
      bySource.delete(source);
      bySource.set(source, events.slice(-PER_SOURCE_MAX));
      const [longestSilent] = bySource.keys();
      if (bySource.size > SOURCES_MAX && longestSilent !== undefined) bySource.delete(longestSilent);
    },
    of: (source) => [...(bySource.get(source) ?? [])].reverse(),
  };
}

function ofItem(item: EventItem): RecentEvent {
  const { type, name, messageId, identities, receivedAt } = item;
  const refusal = { reason: null, detail: null };
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

function ofLetter({ reason, detail, receivedAt }: DeadLetter): RecentEvent {
  const unknown = { type: null, name: null, message_id: null, identities: [] };
  return { received_at: new Date(receivedAt), outcome: 'rejected', ...unknown, reason, detail };
}
