export { type ApiTemplate, ensureApiSend, expectedApiSend, loadApiTemplate, recallApiSend } from './api-send.ts';
export { confirmSend } from './confirm.ts';
export { exportRecipients } from './export-recipients.ts';
export type { Departure, Express, ExpressMessage } from './express.ts';
export {
  ensureJourneySend,
  finishJourneySends,
  type JourneySendInput,
  pauseJourneySends,
  resumeJourneySends,
  stopJourneySends,
} from './journey-sends.ts';
export { createSuspicion, openLease, SILENT_MS } from './lease.ts';
export { pauseSend, pauseSendWithin } from './pause.ts';
export { type PreparedSend, type PrepareSendInput, prepareSend } from './prepare.ts';
export { type NewMessage, queueMessages } from './queue-messages.ts';
export { recoverMessages } from './recover.ts';
export { resendUncertain } from './resend-uncertain.ts';
export { resumeSend, resumeSendWithin } from './resume.ts';
export { getSend, listSends } from './show.ts';
export { type Delivery, type DeliveryOptions, startDelivery } from './start.ts';
export { stopSend } from './stop.ts';
export { profileValuesOf } from './store-claim.ts';
export { ensureMessagePartition } from './store-prepare.ts';
export { cancelMessages, drawMessageIds, insertMessages } from './store-queue.ts';
export { preferWalks, type Recipient, type RecipientFilter, readRecipientFacts } from './store-report.ts';
export type { SendRow } from './store-send.ts';
export { WORKER_LOCK } from './store-session.ts';
export { returnMessage } from './store-settle.ts';
export {
  accountsOfRuns,
  accountsOfSends,
  listRecipients,
  listRecipientsWithFacts,
  reactionSpans,
  sendSummaries,
  sendSummary,
} from './summary.ts';
