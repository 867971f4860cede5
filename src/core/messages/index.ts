export { type MessagePlace, messageReference, readMessageNumber, readMessageReference } from './reference.ts';
export {
  canonicalJson,
  IDEMPOTENCY_KEY_CHARS_MAX,
  MessageCategory,
  MessageRecipient,
  MessageRequest,
  Variables,
} from './request.ts';
export { type TimelineStep, timelineOf } from './timeline.ts';
