/** How many identities of a namespace one profile may have. What would pass it is refused, so that a shared device glues nobody together. */
const LIMITS: Readonly<Record<string, number>> = { user_id: 1, email: 5, phone: 5, anonymous_id: 200 };
const LIMIT_OF_OTHERS = 20;

export function identityLimit(namespace: string): number {
  return LIMITS[namespace] ?? LIMIT_OF_OTHERS;
}

/** How many identities a profile has, by namespace. */
export type IdentityCounts = ReadonlyMap<string, number>;

/** The first namespace of which the two together would have more than one profile may have; undefined when they fit. */
export function namespaceOverLimit(a: IdentityCounts, b: IdentityCounts): string | undefined {
  for (const [namespace, count] of b) {
    if ((a.get(namespace) ?? 0) + count > identityLimit(namespace)) return namespace;
  }
  return undefined;
}
