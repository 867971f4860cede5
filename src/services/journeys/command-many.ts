import type { VersionState } from '../../core/journeys/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Commanded } from './command.ts';
import type { VersionAddress } from './find-version.ts';
import { listVersionRows } from './store.ts';

export type ManyResult = {
  readonly done: readonly Commanded[];
  readonly refused: readonly { readonly key: string; readonly version: number; readonly message: string }[];
};

/**
 * The same command for every version of some journeys, or of all, in the states that it concerns. Each stands for itself: what one
 * refuses keeps no other from it.
 */
export async function commandMany(
  ctx: Context,
  input: {
    readonly keys: readonly string[] | undefined;
    readonly states: readonly VersionState[];
    readonly verb: (address: VersionAddress) => Promise<Commanded>;
  },
): Promise<ManyResult> {
  const rows = await listVersionRows(ctx.db, { states: input.states, ...(input.keys ? { keys: input.keys } : {}) });
  const done: Commanded[] = [];
  const refused: { key: string; version: number; message: string }[] = [];
  for (const { journey_key: key, version } of rows) {
    try {
      done.push(await input.verb({ key, version }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.push({ key, version, message: error.message });
    }
  }
  return { done, refused };
}
