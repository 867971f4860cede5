import { say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { commandRun, type RunAddress } from './command.ts';
import { settleRun } from './settle.ts';

/** Ends a run for good, with its sends: what has not been handed over is excluded as `stopped`. */
export async function stopRun(ctx: Context, address: RunAddress): Promise<{ runId: number; state: string }> {
  const { runId } = await commandRun(ctx, address, { command: 'stop', wording: say('Stopped by a person.') });
  return { runId, state: (await settleRun(ctx, runId)) ?? 'stopping' };
}
