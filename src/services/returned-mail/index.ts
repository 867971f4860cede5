export { type ReturnedMail, takeReturnedMail } from './take.ts';
