import { createHash } from 'node:crypto';
import { type Cells, planEvents, type Reject, rejectOf } from '../../core/imports/index.ts';
import { readEvent } from '../../core/ingest/index.ts';
import { invalid, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { type InboxRow, putItems } from '../ingest/index.ts';
import { UNPACK_LIMITS } from './bytes.ts';
import { translateFailure } from './failure.ts';
import type { ImportOptions, ImportReport } from './import-file.ts';
import { type OpenedFile, openFile } from './open-file.ts';
import { checkRejects } from './stage.ts';
import { failImport, finishImport, insertRejects, openImport, releaseImports } from './store.ts';
import { inferredTypes } from './target.ts';

/** What events are imported into: the history, by way of the inbox. */
export const EVENTS = 'events';

const BATCH_ROWS = 2_000;

type Rejected = Omit<Reject, 'reason'> & { readonly reason: string };
type Found = { rows: InboxRow[]; rejects: Rejected[]; read: number; accepted: number; rejected: number };

/**
 * Reads a file of events into the inbox, in one transaction: they fill history, metrics and audiences, and start no journey. A row
 * without a message id gets one from its place and what it becomes, so that a file imported again soon counts once.
 * @throws AppError; whatever it throws, no event was taken.
 */
export async function importEvents(ctx: Context, options: ImportOptions): Promise<ImportReport> {
  const { source, mapping } = options;
  const opened = await openFile(source, mapping, options.limits ?? UNPACK_LIMITS);
  try {
    const planned = planEvents({ mapping, file: opened.file.columns, types: inferredTypes(opened.file, mapping) });
    if ('problems' in planned) throw invalid(say('The mapping does not fit the file.'), planned.problems);
    const { kind, settings } = opened.file;
    options.onPlan?.({
      kind,
      settings,
      columns: planned.plan.columns,
      ignored: planned.plan.ignored,
      createsTable: false,
    });
    return await ctx.db.session((session) => run({ ctx, options, opened, read: planned.plan.read, session }));
  } catch (error) {
    throw translateFailure(error);
  } finally {
    await opened.close();
  }
}

type Run = {
  readonly ctx: Context;
  readonly options: ImportOptions;
  readonly opened: OpenedFile;
  readonly read: Extract<ReturnType<typeof planEvents>, { plan: object }>['plan']['read'];
  readonly session: Transaction;
};

async function run(work: Run): Promise<ImportReport> {
  const { ctx, options, session } = work;
  const { mapping, source, dryRun = false } = options;
  const started = { target: EVENTS, fileName: source.name, dryRun, mapping, now: ctx.clock.now() };
  const importId = await openImport(session, started);
  try {
    const counts = await ctx.db.transaction(async (tx) => {
      const found = await readRows(work, importId, tx);
      const { read, accepted: inserted, rejected } = found;
      const done = { read, inserted, updated: 0, unchanged: 0, deleted: 0, rejected };
      await finishImport(tx, importId, done, ctx.clock.now());
      return done;
    });
    if (!dryRun) ctx.signals.raise('inbox');
    return { importId, counts };
  } catch (error) {
    const failure = translateFailure(error);
    // When the database is gone this fails too: the next import cleans up instead.
    await failImport(ctx.db, importId, failure.message, ctx.clock.now()).catch(() => undefined);
    throw failure;
  } finally {
    await releaseImports(session).catch(() => undefined);
  }
}

async function readRows({ ctx, options, opened, read }: Run, importId: number, tx: Transaction): Promise<Found> {
  const { dryRun = false, rejectsMax = Number.POSITIVE_INFINITY, source } = options;
  const found: Found = { rows: [], rejects: [], read: 0, accepted: 0, rejected: 0 };
  const receivedAt = ctx.clock.now();
  const refuse = (reject: Rejected) => found.rejects.push(reject);
  const sink = {
    row(cells: Cells, line: number) {
      found.read++;
      const raw = read(cells, line, refuse);
      const newId = () =>
        `import-${createHash('sha256')
          .update(`${line}\n${JSON.stringify(raw)}`)
          .digest('hex')}`;
      const { default_country: defaultCountry } = options.mapping;
      const arrival = { receivedAt, source: `import:${source.name}`, historical: true, newId, defaultCountry };
      const event = raw && readEvent(raw, arrival);
      if (event?.kind === 'accepted') {
        const [first] = event.item.identities;
        found.accepted++;
        if (first)
          found.rows.push({ bucket: bucketOf(first.namespace, first.value), profileId: null, item: event.item });
        return;
      }
      found.rejected++;
      if (event) refuse({ line, column: '', value: event.detail.slice(0, 200), reason: event.reason });
    },
    damaged(text: string, line: number, reason: Reject['reason']) {
      found.read++;
      found.rejected++;
      refuse(rejectOf(line, '', text, reason));
    },
  };
  const flush = async (atLeast: number) => {
    checkRejects(found.rejected, rejectsMax);
    if (found.rejects.length >= atLeast) await insertRejects(ctx.db, importId, found.rejects.splice(0));
    if (found.rows.length >= atLeast && !dryRun) await putItems(tx, found.rows, receivedAt);
    if (found.rows.length >= atLeast) found.rows = [];
  };
  for await (const _piece of opened.file.read(sink)) {
    await flush(BATCH_ROWS);
    const { done, total } = opened.progress();
    const { read: rows, rejected } = found;
    options.onProgress?.({ phase: 'reading', bytes: done, bytesTotal: total, rows, rejected });
  }
  await flush(1);
  return found;
}
