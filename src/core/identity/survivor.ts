import type { Instant } from '../kernel/index.ts';
import type { IdentityCounts } from './limits.ts';

/** Why two profiles are merged: an event named them both, or somebody who knows said so (`alias`, `api`). */
export type MergeCause = 'event' | 'alias' | 'api';

export type MergeCandidate = {
  readonly profileId: number;
  readonly createdAt: Instant;
  readonly counts: IdentityCounts;
};

/** Whether `into` stays and `from` goes. Asked for in so many words, it does; else the one with a user id stays, then the older one. */
export function intoSurvives(from: MergeCandidate, into: MergeCandidate, cause: MergeCause): boolean {
  if (isExplicit(cause)) return true;
  const [fromUsers, intoUsers] = [from, into].map(({ counts }) => (counts.get('user_id') ?? 0) > 0);
  if (fromUsers !== intoUsers) return intoUsers === true;
  if (from.createdAt !== into.createdAt) return into.createdAt < from.createdAt;
  return into.profileId < from.profileId;
}

export function isExplicit(cause: MergeCause): boolean {
  return cause === 'alias' || cause === 'api';
}
