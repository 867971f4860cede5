import type { Instant } from '../kernel/index.ts';
import type { IdentityCounts } from './limits.ts';
import { DEFAULT_POLICY, type IdentityPolicy } from './policy.ts';

/** Why two profiles are merged: an event named them both, or somebody who knows said so (`alias`, `api`). */
export type MergeCause = 'event' | 'alias' | 'api';

export type MergeCandidate = {
  readonly profileId: number;
  readonly createdAt: Instant;
  readonly counts: IdentityCounts;
};

/** Whether `into` stays and `from` goes. Asked for in so many words, it does; else who has an identity of the policy's namespaces, then the older. */
export function intoSurvives(
  from: MergeCandidate,
  into: MergeCandidate,
  cause: MergeCause,
  { survivor }: Pick<IdentityPolicy, 'survivor'> = DEFAULT_POLICY,
): boolean {
  if (isExplicit(cause)) return true;
  for (const namespace of survivor) {
    const [fromHas, intoHas] = [from, into].map(({ counts }) => (counts.get(namespace) ?? 0) > 0);
    if (fromHas !== intoHas) return intoHas === true;
  }
  if (from.createdAt !== into.createdAt) return into.createdAt < from.createdAt;
  return into.profileId < from.profileId;
}

export function isExplicit(cause: MergeCause): boolean {
  return cause === 'alias' || cause === 'api';
}
