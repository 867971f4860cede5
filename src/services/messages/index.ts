export { type Acceptance, acceptMessages } from './accept.ts';
export { cancelMessage } from './cancel.ts';
export { getMessage, listMessagesOfRequest, type MessageView } from './show.ts';
