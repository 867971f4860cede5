import type { Activity } from '../../../core/campaigns/index.ts';
import type { Instant } from '../../../core/kernel/index.ts';
import type { Outcome, Work } from '../work.ts';
import { runBuildAudience } from './build-audience.ts';
import { runChangeDimension } from './change-dimension.ts';
import { runCombine } from './combine.ts';
import { runDeduplicate } from './deduplicate.ts';
import { runEmail } from './email.ts';
import { runReadAudience } from './read-audience.ts';
import { runSaveAudience } from './save-audience.ts';
import { runSplit } from './split.ts';
import { runWait } from './wait.ts';

/** Executes an activity in its task's transaction. `dueAt` is set when a wait that had begun has ended. */
export function runActivity(work: Work, dueAt: Instant | undefined): Promise<Outcome> {
  const given = <A extends Activity>(activity: A): Work<A> => ({ ...work, activity });
  const { activity } = work;
  switch (activity.type) {
    case 'build-audience':
      return runBuildAudience(given(activity));
    case 'read-audience':
      return runReadAudience(given(activity));
    case 'combine':
      return runCombine(given(activity));
    case 'deduplicate':
      return runDeduplicate(given(activity));
    case 'split':
      return runSplit(given(activity));
    case 'change-dimension':
      return runChangeDimension(given(activity));
    case 'save-audience':
      return runSaveAudience(given(activity));
    case 'wait':
      return runWait(given(activity), dueAt);
    case 'email':
      return runEmail(given(activity));
    case 'end':
      return Promise.resolve({ kind: 'done', outflows: [] });
  }
}
