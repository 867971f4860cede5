export {
  type IdentityCounts,
  identityLimit,
  isSingle,
  type LimitOptions,
  namespaceOverLimit,
} from './limits.ts';
export { isSamePlace, type Place, placeKey } from './place.ts';
export { DEFAULT_POLICY, IDENTITY_KEY, IdentityDefinition, type IdentityPolicy, policyOf } from './policy.ts';
export {
  type IdentityConflict,
  involvedPlaces,
  newProfilesMax,
  type ResolveInput,
  type ResolveItem,
  type ResolvePlan,
  resolve,
} from './resolve.ts';
export { intoSurvives, isExplicit, type MergeCandidate, type MergeCause } from './survivor.ts';
