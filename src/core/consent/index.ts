export { type ConsentGiven, ConsentMode, ConsentStatus, consentAllows } from './allows.ts';
