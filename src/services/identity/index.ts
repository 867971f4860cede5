export { followPlaces } from './follow.ts';
export { type MergeOutcome, mergeProfiles, type Place } from './merge-profiles.ts';
export { type ResolvedItem, resolveEvents, type UnresolvedItem } from './resolve-events.ts';
export { runMerges } from './run-merges.ts';
export { saveDevices } from './save-devices.ts';
export type { DeviceRow } from './store.ts';
