/** How many identities of a namespace one profile may have. What would pass it is refused, so that a shared device glues nobody together. */
const LIMITS: Readonly<Record<string, number>> = { user_id: 1, email: 5, phone: 5, anonymous_id: 200 };
const LIMIT_OF_OTHERS = 20;

export type LimitOptions = {
  /** Somebody said in so many words that two users are one person. */
  readonly explicit: boolean;
};

export function identityLimit(namespace: string, { explicit }: LimitOptions = { explicit: false }): number {
  const limit = LIMITS[namespace] ?? LIMIT_OF_OTHERS;
  return explicit && limit === 1 ? LIMIT_OF_OTHERS : limit;
}

/** Whether a profile may have one identity of the namespace only. To link one, nobody else may be linking one to the same profile. */
export function isSingle(namespace: string): boolean {
  return identityLimit(namespace) === 1;
}

/** How many identities a profile has, by namespace. */
export type IdentityCounts = ReadonlyMap<string, number>;

/** The first namespace of which the two together would have more than one profile may have; undefined when they fit. */
export function namespaceOverLimit(
  a: IdentityCounts,
  b: IdentityCounts,
  options: LimitOptions = { explicit: false },
): string | undefined {
  for (const [namespace, count] of b) {
    if (count > 0 && (a.get(namespace) ?? 0) + count > identityLimit(namespace, options)) return namespace;
  }
  return undefined;
}
