import { DEFAULT_POLICY, type IdentityPolicy } from './policy.ts';

export type LimitOptions = {
  /** Somebody said in so many words that two users are one person. */
  readonly explicit: boolean;
  readonly policy?: IdentityPolicy | undefined;
};

const FROM_EVENTS: LimitOptions = { explicit: false };

/** How many identities of a namespace one profile may have. What would pass it is refused, so that a shared device glues nobody together. */
export function identityLimit(
  namespace: string,
  { explicit, policy = DEFAULT_POLICY }: LimitOptions = FROM_EVENTS,
): number {
  const limit = Object.hasOwn(policy.limits, namespace)
    ? (policy.limits[namespace] ?? policy.limitOfOthers)
    : policy.limitOfOthers;
  // Whoever says that two users are one person means it, whatever their number.
  return explicit && namespace === 'user_id' ? Math.max(limit, policy.limitOfOthers) : limit;
}

/** Whether a profile may have one identity of the namespace only. To link one, nobody else may be linking one to the same profile. */
export function isSingle(namespace: string, policy?: IdentityPolicy): boolean {
  return identityLimit(namespace, { explicit: false, policy }) === 1;
}

/** How many identities a profile has, by namespace. */
export type IdentityCounts = ReadonlyMap<string, number>;

/** The first namespace of which the two together would have more than one profile may have; undefined when they fit. */
export function namespaceOverLimit(
  a: IdentityCounts,
  b: IdentityCounts,
  options: LimitOptions = FROM_EVENTS,
): string | undefined {
  for (const [namespace, count] of b) {
    if (count > 0 && (a.get(namespace) ?? 0) + count > identityLimit(namespace, options)) return namespace;
  }
  return undefined;
}
