export type { CallRequest, CallResult, Effect, LookupQuestion, Passage } from './effect.ts';
export { type JourneyInstance, type Position, wakeOf } from './instance.ts';
export {
  HoldMode,
  moveVersion,
  VERSION_MOVES,
  type VersionCommand,
  type VersionEvent,
  type VersionMove,
  VersionState,
} from './version-state.ts';
