export { findPerson } from './find.ts';
export { getPerson, getProfile, type ProfileView } from './get.ts';
export { listProfiles } from './list.ts';
export { type Owner, type ResolvedRow, resolveIdentities, resolveProfileRows } from './resolve.ts';
export { createUnseen, lockBuckets } from './store.ts';
export { type MergedRow, type MergeOptions, mergeProfilesStatement, withoutLoops } from './store-merge.ts';
export { upsertProfiles } from './upsert.ts';
