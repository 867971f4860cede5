export { queueCalls } from './queue.ts';
export { type CallsOptions, type CallsWorker, startCalls } from './start.ts';
export type { NewCall } from './store.ts';
export type { WebhookCalls, WebhookOutcome, WebhookRequest } from './webhook-calls.ts';
