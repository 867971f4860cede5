export { type Email, type EmailChannel, retryAt, type SendResult } from './channel.ts';
