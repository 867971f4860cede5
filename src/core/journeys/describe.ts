import type { Passage } from './effect.ts';
import type { Step } from './steps/index.ts';

/** What a step does, as a person would say it, without a full stop: `waits 1 hour`. */
export function describeStep(step: Step): string {
  return step.type;
}

/** What happened in a passage and why: `took path vip because tier is gold`. */
export function describePassage(passage: Passage, _step: Step | undefined): string {
  return passage.what;
}
