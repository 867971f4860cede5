import type { RowPlan } from '../../core/imports/index.ts';
import { type Reject, rejectOf } from '../../core/imports/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { sql, type Transaction } from '../../platform/sql/index.ts';
import type { RowFile } from './row-file.ts';
import { copyStageStatement, createStage, insertRejects, openImport } from './store.ts';

const FLUSH_CHARS = 256 * 1024;
const REJECTS_BATCH = 1_000;

export type Staged = { readonly rows: number; readonly rejectedLines: number };

/** Opens the import: its row, its staging table and the lock that says that it is alive, in one step. */
export async function beginStaging(
  session: Transaction,
  run: Parameters<typeof openImport>[1],
  plan: RowPlan,
): Promise<number> {
  await session.execute(sql`begin`);
  try {
    const importId = await openImport(session, run);
    await createStage(session, importId, plan.stage);
    await session.execute(sql`commit`);
    return importId;
  } catch (error) {
    await session.execute(sql`rollback`).catch(() => undefined);
    throw error;
  }
}

type StageRequest = {
  readonly ctx: Context;
  readonly session: Transaction;
  readonly importId: number;
  readonly file: RowFile;
  readonly plan: RowPlan;
  readonly rejectsMax: number;
  readonly onRows: (rows: number, rejectedLines: number) => void;
};

/** Streams all rows of the file, checked and typed, into the staging table; what cannot be taken becomes rejects. */
export async function stageFile(request: StageRequest): Promise<Staged> {
  const { session, importId, file, plan, rejectsMax } = request;
  const rejects = collectRejects(request, rejectsMax);
  let rows = 0;
  let out = '';
  const sink = {
    row(cells: Parameters<RowPlan['convert']>[0], line: number) {
      const text = plan.convert(cells, line, rejects.add);
      if (text === undefined) return;
      rows++;
      out += text;
    },
    damaged: (text: string, line: number, reason: Reject['reason']) => rejects.add(rejectOf(line, '', text, reason)),
  };
  async function* copyData() {
    for await (const _piece of file.read(sink)) {
      if (out.length >= FLUSH_CHARS) {
        const data = Buffer.from(out);
        out = '';
        yield data;
      }
      await rejects.flush(REJECTS_BATCH);
      request.onRows(rows, rejects.lines());
    }
    if (out !== '') yield Buffer.from(out);
  }
  await session.copyIn(copyStageStatement(importId), copyData());
  await rejects.flush(1);
  return { rows, rejectedLines: rejects.lines() };
}

function collectRejects({ ctx, importId }: StageRequest, rejectsMax: number) {
  let waiting: Reject[] = [];
  let lines = 0;
  let lastLine = -1;
  return {
    add(reject: Reject) {
      if (reject.line !== lastLine) lines++;
      lastLine = reject.line;
      waiting.push(reject);
    },
    lines: () => lines,
    async flush(atLeast: number) {
      if (waiting.length >= atLeast) {
        const batch = waiting;
        waiting = [];
        await insertRejects(ctx.db, importId, batch);
      }
      checkRejects(lines, rejectsMax);
    },
  };
}

/** @throws AppError `invalid` when more lines are rejected than allowed. */
export function checkRejects(lines: number, rejectsMax: number): void {
  if (lines <= rejectsMax) return;
  throw new AppError('invalid', say('More than {max} lines are rejected; nothing was changed.', { max: rejectsMax }));
}
