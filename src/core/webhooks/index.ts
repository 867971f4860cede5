export { WEBHOOK_EVENTS, WebhookEvent, WebhookInput } from './webhook.ts';
