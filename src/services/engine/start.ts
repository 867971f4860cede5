import type { Context } from '../../platform/context.ts';
import { processBuckets } from './process-buckets.ts';

export type Engine = {
  /** Looks for work now instead of at the next poll. */
  wake(): void;
  /** Takes no more work; resolves when the turns under way have ended. */
  stop(): Promise<void>;
};

export type EngineOptions = {
  /** How many turns run at the same time. */
  readonly turns?: number;
};

/** Processes buckets until told to stop. Any number of processes may do this at once. */
export function startEngine(_ctx: Context, _options: EngineOptions = {}): Engine {
  return { wake: () => undefined, stop: async () => undefined };
}

/** Turns until nothing is due now; for tests and for those who want to see what follows from what they put in. */
export async function drain(ctx: Context): Promise<void> {
  while (!(await processBuckets(ctx)).idle);
}
