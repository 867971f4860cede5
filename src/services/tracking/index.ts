export { recordComplaint } from './complain.ts';
export { mirrorOf } from './mirror.ts';
export { keyedHash } from './sign.ts';
export type { Preferences } from './store.ts';
export { createTracker, type Tracked, type Tracker, type Visit } from './tracker.ts';
