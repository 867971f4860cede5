export { type DeleteOptions, deleteProfile } from './delete-profile.ts';
export { type ExportedRow, exportProfile } from './export-profile.ts';
export { followPlaces } from './follow.ts';
export { listConflicts } from './list-conflicts.ts';
export { type MergeOutcome, mergeProfiles } from './merge-profiles.ts';
export { type ResolvedItem, resolveEvents, type UnresolvedItem } from './resolve-events.ts';
export { runMerges } from './run-merges.ts';
export { saveDevices } from './save-devices.ts';
export { type ConflictKey, type DeviceRow, type IdentityConflictRow, lockLinks as lockProfileLinks } from './store.ts';
