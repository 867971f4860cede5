export { cancelMailing, confirmMailing, listMailings, type MailingView, showMailing } from './show.ts';
export { type StartedMailing, startMailing } from './start.ts';
