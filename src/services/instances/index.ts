export { type EndingRow, endInstances } from './end.ts';
export { endDueInstancesOf, endInstancesOf } from './end-of-person.ts';
export { bodyOf, type InstanceColumns, instanceOf, nodesOf } from './instance-row.ts';
export { countsOf, placed } from './moved.ts';
export {
  bucketsOf,
  countInside,
  holdCalls,
  isInside,
  type Place,
  raiseCounts,
  releaseCalls,
  saveMoved,
  selectSlice,
  type VersionKey,
} from './store.ts';
export { moveReads } from './store-read.ts';
export { dropOldSlots, lockSlots, takeSlots } from './store-slot.ts';
