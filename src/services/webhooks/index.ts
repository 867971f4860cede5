export { createWebhookCalls } from './calls.ts';
export {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  pingWebhook,
  rotateSecret,
} from './manage.ts';
export { type AudienceChange, queueReactionWebhooks, queueWebhooks } from './queue.ts';
export type { WebhookRow } from './store.ts';
export { type DeliveryRow, messageCalls } from './store-call.ts';
