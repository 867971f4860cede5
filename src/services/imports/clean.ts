import type { Context } from '../../platform/context.ts';
import { dropStage, failImport, takeDeadImports } from './store.ts';

/** Drops what imports left behind whose process died: their staging tables. They have changed nothing else. */
export async function cleanDeadImports(ctx: Context): Promise<number[]> {
  return ctx.db.transaction(async (tx) => {
    const dead = await takeDeadImports(tx);
    for (const importId of dead) {
      await dropStage(tx, importId);
      await failImport(tx, importId, 'The process that ran the import died; nothing was changed.', ctx.clock.now());
    }
    return dead;
  });
}
