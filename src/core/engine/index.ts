export { STALE_AFTER_MS } from './apply-item.ts';
export { reactionDepth } from './chain.ts';
export {
  type AudienceChange,
  type CallOrder,
  type Changes,
  type DeadLetter,
  type HistoryEvent,
  type IdSource,
  IdsExhausted,
  type InboxOrder,
  type InstanceChange,
  type JourneyCount,
  type MessageOrder,
  type PassageOf,
  type PersonChange,
  type PersonTurn,
  type ProfilePatch,
  type RefusalOf,
  type TurnItem,
} from './changes.ts';
export { withComputed } from './computed.ts';
export { type DecideInput, decide, joinChanges } from './decide.ts';
export { addressName, type EngineRules, factsOf, type Room } from './desk.ts';
export {
  DEPTH_MAX,
  type EnterItem,
  type EventItem,
  historySource,
  IMPORTED_START,
  type InboxItem,
  type LinkItem,
  type LookupItem,
  type ReactionItem,
  type ResponseItem,
  type SettledItem,
  type TouchItem,
} from './item.ts';
export type { EngineJourney } from './journey-index.ts';
export type { Person } from './person.ts';
export { withoutAddresses } from './profile-patch.ts';
