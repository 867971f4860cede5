export {
  DEPTH_MAX,
  type EnterItem,
  type EventItem,
  type InboxItem,
  type LinkItem,
  type LookupItem,
  type ReactionItem,
  type ResponseItem,
  type SettledItem,
  type TouchItem,
} from './item.ts';
export type { Person } from './person.ts';
