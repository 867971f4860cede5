export { DEPTH_MAX, EVENT_CHARS_MAX, KEYS_MAX } from './clean.ts';
export { readCloudEvent } from './cloud-event.ts';
export { eventOfRow, scalarOf } from './csv-row.ts';
export { readInstant } from './instant.ts';
export { parseEvent } from './parse-event.ts';
export { type Arrival, EVENT_NAMES, EVENT_TYPES, type EventType, type ReadEvent, readEvent } from './read-event.ts';
export { readEventLines } from './read-lines.ts';
export {
  DEAD_LETTER_REASONS,
  type DeadLetterReason,
  REJECT_REASONS,
  type Rejection,
  type RejectReason,
} from './reason.ts';
export { Unreadable } from './unreadable.ts';
export {
  type MappedWebhook,
  mapWebhook,
  namesNobody,
  splitWebhook,
  WebhookSettings,
  type WebhookSignature,
} from './webhook.ts';
