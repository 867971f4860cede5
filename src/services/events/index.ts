export { type EventInput, prepareForEvents, type RecordedEvents, recordEvents } from './record.ts';
