import type { Wait } from '../../../core/campaigns/index.ts';
import { type Instant, parseDuration } from '../../../core/kernel/index.ts';
import { instantOf } from '../local-time.ts';
import { type Outcome, passOn, type Work } from '../work.ts';

/** Holds the population until its moment; when it has come, the same rows go on. `dueAt` is the moment of a wait that had begun. */
export async function runWait(work: Work<Wait>, dueAt: Instant | undefined): Promise<Outcome> {
  const until = dueAt ?? endOf(work);
  return until > work.now ? { kind: 'wait', until } : { kind: 'done', outflows: passOn(work) };
}

function endOf({ activity, now, run }: Work<Wait>): Instant {
  if (activity.until !== undefined) return instantOf(activity.until, activity.zone ?? run.zone);
  return now + (parseDuration(activity.for ?? '') ?? 0);
}
