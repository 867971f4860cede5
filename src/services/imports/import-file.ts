// Owns: the course of one import: open, plan, stage, merge, report.
// Does not own: what cells and columns mean (core/imports), the SQL of the merge (store-merge-*).
// Invariants: (1) the target changes in one transaction or not at all; (2) read = inserted + updated + unchanged + deleted + rejected;
// (3) a process that dies leaves only a staging table, which the next import drops.

import type { Mapping, PlannedColumn } from '../../core/imports/index.ts';
import type { Context } from '../../platform/context.ts';
import { sql, type Transaction } from '../../platform/sql/index.ts';
import { rulesToWatch } from '../live/index.ts';
import { publishedTables } from '../tables/index.ts';
import { type FileSource, UNPACK_LIMITS, type UnpackLimits } from './bytes.ts';
import { cleanDeadImports } from './clean.ts';
import { translateFailure } from './failure.ts';
import { EVENTS, importEvents } from './import-events.ts';
import { mergeStaged, type Target } from './merge.ts';
import { type OpenedFile, openFile } from './open-file.ts';
import { beginStaging, checkRejects, type Staged, stageFile } from './stage.ts';
import {
  dropStage,
  failImport,
  finishImport,
  type ImportCounts,
  insertRejects,
  listRejectRows,
  markMerging,
  releaseImports,
} from './store.ts';
import { analyzeProfiles } from './store-merge-people.ts';
import { analyzeTable } from './store-merge-table.ts';
import { planTarget, type TargetRequest } from './target.ts';
import { checkZones } from './zones.ts';

export type ImportProgress = {
  readonly phase: 'reading' | 'merging';
  readonly bytes: number;
  readonly bytesTotal: number | undefined;
  readonly rows: number;
  readonly rejected: number;
};

export type ImportOptions = {
  readonly source: FileSource;
  /** "profiles", "events" or the key of a table. */
  readonly target: string;
  readonly mapping: Mapping;
  readonly key?: readonly string[] | undefined;
  readonly identity?: TargetRequest['identity'];
  /** Counts exactly what would happen, and changes nothing. */
  readonly dryRun?: boolean;
  /** How many lines may be rejected before the import gives up; none unless said. */
  readonly rejectsMax?: number | undefined;
  readonly limits?: UnpackLimits;
  readonly onPlan?: (plan: ImportPlan) => void;
  readonly onProgress?: (progress: ImportProgress) => void;
};

/** What was found out about the file before its rows were read. */
export type ImportPlan = {
  readonly kind: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly columns: readonly PlannedColumn[];
  readonly ignored: readonly string[];
  readonly createsTable: boolean;
};

export type ImportReport = { readonly importId: number; readonly counts: ImportCounts };

/** Enough changed rows to make the planner's idea of a table wrong. */
const ANALYZE_FROM_ROWS = 1_000;
/** Rejects found while merging that a dry run keeps; the counts are exact beyond. */
const DRY_REJECTS_MAX = 100_000;

/** Reads one file into a table or into profiles. @throws AppError; whatever it throws, the target is as before. */
export async function importFile(ctx: Context, options: ImportOptions): Promise<ImportReport> {
  checkZones(options.mapping);
  await cleanDeadImports(ctx);
  if (await isOfEvents(ctx, options.target)) return importEvents(ctx, options);
  const { source, mapping } = options;
  const opened = await openFile(source, mapping, options.limits ?? UNPACK_LIMITS);
  try {
    const request = {
      target: options.target,
      mapping,
      key: options.key,
      identity: options.identity,
      fileName: source.name,
    };
    const { target, plan } = await planTarget(ctx.db, request, opened.file);
    const { kind, settings } = opened.file;
    const createsTable = target.kind === 'table' && target.isNew;
    options.onPlan?.({ kind, settings, columns: plan.columns, ignored: plan.ignored, createsTable });
    return await ctx.db.session((session) => run({ ctx, options, opened, target, plan, session }));
  } catch (error) {
    throw translateFailure(error);
  } finally {
    await opened.close();
  }
}

/** A table of that name was there before: its files stay its own. */
async function isOfEvents(ctx: Context, target: string): Promise<boolean> {
  return target === EVENTS && !(await publishedTables(ctx.db)).some((table) => table.key === EVENTS);
}

type Run = {
  readonly ctx: Context;
  readonly options: ImportOptions;
  readonly opened: OpenedFile;
  readonly target: Target;
  readonly plan: Awaited<ReturnType<typeof planTarget>>['plan'];
  readonly session: Transaction;
};

async function run({ ctx, options, opened, target, plan, session }: Run): Promise<ImportReport> {
  const { mapping, source, dryRun = false, rejectsMax = Number.POSITIVE_INFINITY } = options;
  const started = { target: options.target, fileName: source.name, dryRun, mapping, now: ctx.clock.now() };
  const importId = await beginStaging(session, started, plan);
  const progress = (phase: ImportProgress['phase'], rows: number, rejected: number) => {
    const { done, total } = opened.progress();
    options.onProgress?.({ phase, bytes: done, bytesTotal: total, rows, rejected });
  };
  try {
    const onRows = (rows: number, rejected: number) => progress('reading', rows + rejected, rejected);
    const staged = await stageFile({ ctx, session, importId, file: opened.file, plan, rejectsMax, onRows });
    progress('merging', staged.rows + staged.rejectedLines, staged.rejectedLines);
    await markMerging(ctx.db, importId, staged.rows + staged.rejectedLines);
    const counts = await finish({ ctx, importId, target, plan, staged, dryRun, rejectsMax });
    for (const [outcome, rows] of Object.entries(counts)) {
      if (outcome !== 'read' && !dryRun) ctx.metrics.importedRows.inc({ outcome }, rows);
    }
    if (!dryRun && counts.inserted + counts.updated + counts.deleted >= ANALYZE_FROM_ROWS) {
      await (target.kind === 'table' ? analyzeTable(ctx.db, target.definition.key) : analyzeProfiles(ctx.db));
    }
    return { importId, counts };
  } catch (error) {
    const failure = translateFailure(error);
    // When the database is gone this fails too: the next import cleans up instead.
    await abandon(ctx, importId, failure.message).catch(() => undefined);
    throw failure;
  } finally {
    await releaseImports(session).catch(() => undefined);
  }
}

type Finish = Pick<Run, 'ctx' | 'target' | 'plan'> & {
  readonly importId: number;
  readonly staged: Staged;
  readonly dryRun: boolean;
  readonly rejectsMax: number;
};

/** The one transaction that changes the target, and with it the counts and the state of the import. */
async function finish({ ctx, importId, target, plan, staged, dryRun, rejectsMax }: Finish): Promise<ImportCounts> {
  const rules = target.kind === 'table' ? await rulesToWatch(ctx.db, target.definition.key) : undefined;
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    if (dryRun) await tx.execute(sql`savepoint dry_run`);
    const counts = await mergeStaged(tx, { importId, target, plan, staged, rules, now });
    checkRejects(counts.rejected, rejectsMax);
    if (dryRun) {
      const found = await listRejectRows(tx, importId, { line: -1, column: '' }, DRY_REJECTS_MAX);
      await tx.execute(sql`rollback to savepoint dry_run`);
      const rejects = found.map(({ column_name, ...row }) => ({ ...row, column: column_name }));
      await insertRejects(tx, importId, rejects as Parameters<typeof insertRejects>[2]);
    }
    await dropStage(tx, importId);
    await finishImport(tx, importId, counts, now);
    return counts;
  });
}

async function abandon(ctx: Context, importId: number, message: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await dropStage(tx, importId);
    await failImport(tx, importId, message, ctx.clock.now());
  });
}
