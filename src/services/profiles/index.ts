export { awaitInbox } from './await-inbox.ts';
export { findPerson, mustFindIdentity } from './find.ts';
export { followPlaces } from './follow.ts';
export { getPerson, getProfile, type ProfileView } from './get.ts';
export { listProfiles } from './list.ts';
export { type Owner, type ResolvedRow, resolveIdentities, resolveProfileRows } from './resolve.ts';
export { createUnseen, lockBuckets, lockLinks } from './store.ts';
export { type MergedRow, type MergeOptions, mergeProfilesStatement, withoutLoops } from './store-merge.ts';
export { upsertProfiles } from './upsert.ts';
