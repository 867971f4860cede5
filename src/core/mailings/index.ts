export { campaignOf, MAILING_TAG, MailingRequest, problemOfRequest } from './request.ts';
export { MAILING_STATES, type MailingState, mailingState } from './state.ts';
