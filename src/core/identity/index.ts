export { type IdentityCounts, identityLimit, namespaceOverLimit } from './limits.ts';
