import { DEFAULT_POLICY, IdentityDefinition, type IdentityPolicy, policyOf } from '../../core/identity/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { selectPolicy } from './store.ts';

/** The limits of identities and the rules of merging that are published, else the built-in ones. */
export async function readPolicy(db: Queryable): Promise<IdentityPolicy> {
  const parsed = IdentityDefinition.safeParse(await selectPolicy(db));
  return parsed.success ? policyOf(parsed.data) : DEFAULT_POLICY;
}
