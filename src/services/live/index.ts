export { bringUp } from './bring-up.ts';
export { countDiffering } from './differing.ts';
export { type LiveJourney, type LiveRules, type OverVersion, versionName } from './live-rules.ts';
export { loadLive, recentLive } from './load-live.ts';
export { isKept, type Membership, membershipOf } from './membership.ts';
export { raiseEpoch } from './raise-epoch.ts';
export { judgeExternal, type Place, refold, type StatesByPerson } from './refold.ts';
export { streamingNotes } from './streaming-notes.ts';
export { type RowWatch, touchSaved, watchRows } from './watch-rows.ts';
