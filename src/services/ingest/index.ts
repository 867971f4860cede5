export { type AcceptedEvent, createIngest, type Ingest, type IngestOptions } from './create-ingest.ts';
export { putItems } from './put-items.ts';
export { recordDeadLetters } from './record-dead-letters.ts';
export type { InboxRow } from './store.ts';
export type { DeadLetter, DeadLetterInlet, DeadLetterRow } from './store-dead-letters.ts';
