export { type AudienceChange, queueWebhooks } from './queue.ts';
export { signWebhook } from './sign.ts';
