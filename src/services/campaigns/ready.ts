import type { Instant } from '../../core/kernel/index.ts';
import type { TaskRow, TransitionRow } from './store.ts';

/** Whether a task could be executed now. */
export function isReady(task: TaskRow, transitions: readonly TransitionRow[], now: Instant): boolean {
  if (task.state === 'waiting') return task.due_at !== null && task.due_at.getTime() <= now;
  return task.state === 'pending' && transitions.filter((it) => it.target === task.activity).length === task.inputs;
}
