export { consentAllowsSql } from './store.ts';
