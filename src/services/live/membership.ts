import type { Catalog } from '../../core/data/index.ts';
import type { Instant, Problem } from '../../core/kernel/index.ts';
import { Rule } from '../../core/rules/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { whyNotLive } from './read-rules.ts';
import { selectLag, selectLiveAudience, selectProgress } from './store.ts';

/** The engine may be this far behind for its memberships to count as those of now. */
const LAG_MAX_MS = 5_000;

/** Whether the engine keeps an audience, and how far it has come with it. */
export type Membership = {
  readonly live: boolean;
  /** Why it does not stream; empty when it does. */
  readonly problems: readonly Problem[];
  readonly buckets: number;
  /** How many buckets have been brought up to the rules in force. */
  readonly bucketsDone: number;
};

export async function membershipOf(db: Queryable, key: string, catalog: Catalog): Promise<Membership> {
  const parsed = Rule.safeParse(catalog.audienceRules?.get(key));
  const problems = parsed.success ? whyNotLive(parsed.data, catalog) : [];
  const { buckets, done } = await selectProgress(db);
  return { live: await selectLiveAudience(db, key), problems, buckets, bucketsDone: done };
}

/** Whether the members that the engine keeps of an audience are those of now. */
export async function isKept(db: Queryable, key: string, now: Instant): Promise<boolean> {
  return (await selectLiveAudience(db, key)) && areMembersCurrent(db, now);
}

/** Whether the engine has come with all audiences to where they are now: every bucket is filled, and nothing waits for long. */
export async function areMembersCurrent(db: Queryable, now: Instant): Promise<boolean> {
  const { buckets, done } = await selectProgress(db);
  return buckets === done && !(await selectLag(db, now - LAG_MAX_MS));
}
