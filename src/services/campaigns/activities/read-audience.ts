import type { ReadAudience } from '../../../core/campaigns/index.ts';
import { PROFILES } from '../../../core/data/index.ts';
import { id, join, sql } from '../../../platform/sql/index.ts';
import { ruleCondition } from '../../rules/index.ts';
import { publishedAudienceRule } from '../store.ts';
import { createOutflow, type Outcome, type Work } from '../work.ts';

/** The members at this moment: evaluated now when the audience is a rule, read when a campaign saved it. */
export async function runReadAudience(work: Work<ReadAudience>): Promise<Outcome> {
  const { activity, catalog, now } = work;
  const rule = await publishedAudienceRule(work.tx, activity.audience);
  if (rule) {
    const nothing = activity.columns.map((name) => sql`null::text as ${id(name)}`);
    const columns = join([sql`p.bucket`, sql`p.profile_id`, ...nothing]);
    const condition = ruleCondition({ rule, catalog, on: PROFILES, alias: 'p', source: 'table', now });
    return done(work, sql`select ${columns} from profile p where ${condition}`);
  }
  const saved = activity.columns.map((name) => sql`m.columns ->> ${name}::text as ${id(name)}`);
  const columns = join([sql`m.bucket`, sql`m.profile_id`, ...saved]);
  return done(work, sql`select ${columns} from audience_member m where m.audience_key = ${activity.audience}`);
}

async function done(work: Work<ReadAudience>, query: ReturnType<typeof sql>): Promise<Outcome> {
  return { kind: 'done', outflows: [await createOutflow(work, 'next', query)] };
}
