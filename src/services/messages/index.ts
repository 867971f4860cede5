export { type Acceptance, acceptMessages } from './accept.ts';
export { cancelMessage } from './cancel.ts';
export { type FoundMessage, findEverywhere } from './find.ts';
export { FOUND_PEOPLE_MAX, listApiMessages, listApiTemplates } from './list.ts';
export { answerOnce } from './once.ts';
export { getMessage, listMessagesOfRequest, type MessageView } from './show.ts';
