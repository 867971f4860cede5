export { consentAllowsSql } from './store.ts';
export type { Suppression, SuppressionReason } from './store-suppression.ts';
export { listSuppressions, suppressAddresses, unsuppressAddresses } from './suppress.ts';
