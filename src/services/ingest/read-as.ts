import {
  type Arrival,
  mapWebhook,
  namesNobody,
  type ReadEvent,
  readCloudEvent,
  readEvent,
  type WebhookSettings,
} from '../../core/ingest/index.ts';
import { inLanguage, type JsonObject, say } from '../../core/kernel/index.ts';
import type { DeadLetterInlet } from './store-dead-letters.ts';

/** The inlets whose bodies are events of a sender. */
export type EventInlet = Exclude<DeadLetterInlet, 'engine'>;

export type Reading = {
  readonly inlet: EventInlet;
  /** Of a webhook. */
  readonly settings?: WebhookSettings | undefined;
};

/** Reads one event as its inlet writes it; `ignored` is what the mapping of a webhook does not want. */
export function readAs(raw: unknown, reading: Reading, arrival: Arrival): ReadEvent | { readonly kind: 'ignored' } {
  switch (reading.inlet) {
    case 'event':
      return readEvent(raw, arrival);
    case 'import':
      return readEvent(raw, { ...arrival, historical: true });
    case 'cloudevent': {
      const cloud = readCloudEvent(raw);
      return cloud.kind === 'mapped' ? readEvent(cloud.event, arrival) : cloud;
    }
    case 'webhook': {
      if (!reading.settings)
        return { kind: 'rejected', reason: 'unmapped', detail: inLanguage(say('The webhook has no mapping.')) };
      const mapped = mapWebhook(raw, reading.settings);
      if (mapped.kind !== 'mapped') return mapped;
      const read = readEvent(withOwnId(mapped.event, arrival.source), arrival);
      const isNameless = read.kind === 'rejected' && read.reason === 'missing_identity';
      return isNameless ? namesNobody(reading.settings) : read;
    }
  }
}

/** Another system numbers its events for itself: its 1001 is none of anybody else's. */
function withOwnId(event: JsonObject, source: string): JsonObject {
  const { messageId: id } = event;
  return typeof id === 'number' || (typeof id === 'string' && id !== '')
    ? { ...event, messageId: `${source}#${id}` }
    : event;
}
