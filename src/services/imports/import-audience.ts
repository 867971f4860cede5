// Owns: the course of a file of identities into a static audience: read, match, refuse whom nobody knows, write the members.
// Does not own: what else a file may fill (import-file), or what members are for.
import { AudienceDefinition } from '../../core/audiences/index.ts';
import { Name } from '../../core/data/index.ts';
import { type Cells, type Mapping, type Reject, rejectOf } from '../../core/imports/index.ts';
import { AppError, invalid, parseWith, say, says, suggest } from '../../core/kernel/index.ts';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { bucketOf } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { applyWithin, getDefinition, lockDefinitions, plainDocument } from '../definitions/index.ts';
import { watchSaved } from '../live/index.ts';
import { createUnseen, lockBuckets } from '../profiles/index.ts';
import { type FileSource, UNPACK_LIMITS } from './bytes.ts';
import { cleanDeadImports } from './clean.ts';
import { translateFailure } from './failure.ts';
import { type OpenedFile, openFile } from './open-file.ts';
import { failImport, finishImport, type ImportCounts, insertRejects, openImport, releaseImports } from './store.ts';
import {
  concernedBy,
  createStaged,
  deleteOthers,
  hasMembers,
  insertMembers,
  matchStaged,
  rejectUnmatched,
  stageIdentities,
  unseenStaged,
} from './store-audience.ts';

const BATCH_ROWS = 5_000;
const EVERY_BUCKET = Array.from({ length: 256 }, (_, bucket) => bucket);
/** Columns that are looked for when none is named. */
const KNOWN = ['user_id', 'email', 'phone', 'anonymous_id'] as const;

export type AudienceImport = {
  readonly key: string;
  readonly source: FileSource;
  readonly mapping: Mapping;
  /** `create` refuses an audience that has members; `replace` lets those go who are not in the file. */
  readonly mode: 'create' | 'append' | 'replace';
  /** The column of the file; found by its name, or because it is the only one, when absent. */
  readonly column?: string | undefined;
  /** What the values are; the name of the column when absent. */
  readonly namespace?: string | undefined;
  /** Makes a profile of an identity that nobody has, instead of refusing its line. */
  readonly createPeople: boolean;
};

export type AudienceImportReport = {
  readonly importId: number;
  /** inserted: new members; unchanged: lines of those who were members, or twice in the file; rejected: lines that name nobody. */
  readonly counts: ImportCounts;
  /** Members who left because the file does not name them. */
  readonly removed: number;
  readonly column: string;
  readonly namespace: string;
};

/**
 * Reads a file of identities into a static audience, which is made if need be, in one transaction.
 * @throws AppError; whatever it throws, the audience is as before.
 */
export async function importAudience(ctx: Context, request: AudienceImport): Promise<AudienceImportReport> {
  await cleanDeadImports(ctx);
  const unpublished = await findUnpublished(ctx, request.key);
  const opened = await openFile(request.source, request.mapping, UNPACK_LIMITS);
  try {
    const which = columnOf(request, opened.file.columns.names);
    return await ctx.db.session((session) => run({ ctx, request, opened, session, unpublished, ...which }));
  } catch (error) {
    throw translateFailure(error);
  } finally {
    await opened.close();
  }
}

/** What has to be published first; undefined when the audience is there. @throws AppError `conflict` when it has a rule. */
async function findUnpublished(ctx: Context, key: string): Promise<AudienceDefinition | undefined> {
  const row = await getDefinition(ctx, { kind: 'audience', key }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (row === undefined)
    return parseWith(
      AudienceDefinition,
      { kind: 'audience', key, static: true },
      say('The {kind}', { kind: say('audience') }),
    );
  if (row.body.kind === 'audience' && row.body.static) return row.state === 'published' ? undefined : row.body;
  throw new AppError(
    'conflict',
    say('Audience "{key}" is defined by a rule; import the people under another key.', { key }),
  );
}

function columnOf({ column, namespace }: AudienceImport, names: readonly string[]) {
  const expected = names.join(' | ');
  if (column !== undefined && !names.includes(column)) {
    const near = suggest(column, names);
    const said = says('The file has no column "{source}".', { source: column });
    throw invalid(said.wording, [
      { path: 'column', ...said, expected, ...(near === undefined ? {} : { suggestion: near }) },
    ]);
  }
  const wanted: readonly string[] = namespace === undefined ? KNOWN : [namespace];
  const found = column ?? names.find((name) => wanted.includes(name)) ?? (names.length === 1 ? names[0] : undefined);
  if (found === undefined) {
    throw invalid(say('Say which column names the people.'), [{ path: 'column', ...says('must be given.'), expected }]);
  }
  const kind = namespace ?? found.toLowerCase();
  const parsed = Name.safeParse(kind);
  if (parsed.success) return { column: found, namespace: parsed.data };
  const said = says('"{name}" is no namespace of identities; say what the values are.', { name: kind });
  throw invalid(said.wording, [{ path: 'namespace', ...said, expected: 'user_id | email | phone | ...' }]);
}

type Run = {
  readonly ctx: Context;
  readonly request: AudienceImport;
  readonly opened: OpenedFile;
  readonly session: Transaction;
  readonly unpublished: AudienceDefinition | undefined;
  readonly column: string;
  readonly namespace: string;
};

async function run(work: Run): Promise<AudienceImportReport> {
  const { ctx, request, session, column, namespace } = work;
  const { key, source, mapping } = request;
  const target = `audience:${key}`;
  const importId = await openImport(session, {
    target,
    fileName: source.name,
    dryRun: false,
    mapping,
    now: ctx.clock.now(),
  });
  try {
    const done = await ctx.db.transaction((tx) => fill(tx, work, importId));
    ctx.signals.raise('inbox');
    return { importId, ...done, column, namespace };
  } catch (error) {
    const failure = translateFailure(error);
    // When the database is gone this fails too: the next import cleans up instead.
    await failImport(ctx.db, importId, failure.message, ctx.clock.now()).catch(() => undefined);
    throw failure;
  } finally {
    await releaseImports(session).catch(() => undefined);
  }
}

async function fill(tx: Transaction, work: Run, importId: number) {
  const { ctx, request, column, namespace } = work;
  const { key, mode, createPeople } = request;
  await createStaged(tx);
  const { read, refused } = await stage(tx, work, importId);
  const now = ctx.clock.now();
  if (work.unpublished) {
    // In the order of whoever needs all three: what is in force is changed last.
    await lockDefinitions(tx);
    if (createPeople) await lockBuckets(tx, EVERY_BUCKET);
    await applyWithin(tx, { documents: [plainDocument(work.unpublished)], publish: true, now });
  }
  if (mode === 'create' && (await hasMembers(tx, key))) {
    throw new AppError(
      'conflict',
      say('Audience "{key}" already has members; append to them, or replace them.', { key }),
    );
  }
  await matchStaged(tx, namespace);
  if (createPeople) {
    // Nobody else makes the same people meanwhile, and the engine meets them with everything that belongs to them.
    await lockBuckets(tx, EVERY_BUCKET);
    await createUnseen(tx, namespace, unseenStaged(), now);
    await matchStaged(tx, namespace);
  }
  const rejected = refused + (await rejectUnmatched(tx, importId, column));
  const watch = await watchSaved(tx, { audience: key, people: concernedBy(key), now });
  const removed = mode === 'replace' ? await deleteOthers(tx, key) : 0;
  const inserted = await insertMembers(tx, key, now);
  await watch.written();
  const unchanged = read - inserted - rejected;
  const counts = { read, inserted, updated: 0, unchanged, deleted: 0, rejected };
  await finishImport(tx, importId, counts, now);
  return { counts, removed };
}

/** Every identity of the file, and every line that holds none. */
async function stage(tx: Transaction, { ctx, request, opened, column, namespace }: Run, importId: number) {
  const index = opened.file.columns.names.indexOf(column);
  const phone = { defaultCountry: request.mapping.default_country };
  const found = { read: 0, refused: 0 };
  let rows: { line: number; value: string; home: number }[] = [];
  let rejects: Reject[] = [];
  const refuse = (reject: Reject) => {
    found.refused++;
    rejects.push(reject);
  };
  const sink = {
    row(cells: Cells, line: number) {
      found.read++;
      const text = String(cells[index] ?? '').trim();
      const value = text === '' ? undefined : normaliseIdentity(namespace, text, phone);
      if (value !== undefined) rows.push({ line, value, home: bucketOf(namespace, value) });
      else refuse(rejectOf(line, column, text, text === '' ? 'missing_identity' : 'invalid_identity'));
    },
    damaged(text: string, line: number, reason: Reject['reason']) {
      found.read++;
      refuse(rejectOf(line, '', text, reason));
    },
  };
  const flush = async (atLeast: number) => {
    // Not of this transaction: what was wrong with the file is known even when the import fails.
    if (rejects.length >= atLeast) await insertRejects(ctx.db, importId, rejects);
    if (rows.length >= atLeast) await stageIdentities(tx, rows);
    if (rejects.length >= atLeast) rejects = [];
    if (rows.length >= atLeast) rows = [];
  };
  for await (const _piece of opened.file.read(sink)) await flush(BATCH_ROWS);
  await flush(1);
  return found;
}
