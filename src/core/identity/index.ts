export {
  type IdentityCounts,
  identityLimit,
  isSingle,
  type LimitOptions,
  namespaceOverLimit,
} from './limits.ts';
export { isSamePlace, type Place, placeKey } from './place.ts';
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
