import {
  DEFINITION_KINDS,
  type Definition,
  type DefinitionKind,
  parseDefinition,
} from '../../core/definitions/index.ts';
import { AppError, type Instant, invalid, type Problem, say, says, type Wording } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { lockJourneys, publishingNotes } from '../journeys/index.ts';
import { raiseEpoch, streamingNotes } from '../live/index.ts';
import { checkDefinitions } from './check.ts';
import { loadWorld } from './load-world.ts';
import { placed } from './placed.ts';
import { type Change, isLive, putDefinition } from './put.ts';
import { readDocuments, type SourceDocument } from './read-documents.ts';
import { lockDefinitions } from './store.ts';

export type Applied = {
  readonly kind: DefinitionKind;
  readonly key: string;
  readonly change: Change;
  readonly state: 'draft' | 'published' | 'archived';
  readonly version: number;
  /** What its author should know: why an audience does not stream, what a journey reads. */
  readonly notes: readonly Wording[];
};

type Parsed = { readonly definition: Definition; readonly document: SourceDocument };

/**
 * Applies documents all together or not at all, in the order in which they may refer to each other, whatever order they come in.
 * Applying the same documents again changes nothing. `dryRun` does everything and takes it back.
 * @throws AppError `invalid` with every problem of every document.
 */
export async function applyDefinitions(
  ctx: Context,
  input: { readonly documents: readonly SourceDocument[]; readonly publish: boolean; readonly dryRun: boolean },
): Promise<Applied[]> {
  const now = ctx.clock.now();
  const work = (tx: Transaction) => applyWithin(tx, { ...input, now });
  return input.dryRun ? takeBack(ctx, work) : ctx.db.transaction(work);
}

/** The same as a part of the caller's transaction. @throws AppError `invalid` with every problem of every document. */
export async function applyWithin(
  tx: Transaction,
  input: { readonly documents: readonly SourceDocument[]; readonly publish: boolean; readonly now: Instant },
): Promise<Applied[]> {
  const { publish, now } = input;
  const parsed = inOrder(parseAll(input.documents));
  await lockDefinitions(tx);
  await checkAll(tx, parsed, publish);
  const journeys = parsed.flatMap(({ definition }) => (definition.kind === 'journey' ? [definition.key] : []));
  if (publish && journeys.length > 0) await lockJourneys(tx, journeys);
  const applied: Applied[] = [];
  for (const { definition, document } of parsed) {
    const put = { definition, source: document.value, text: document.text, publish, now };
    const told = publish && definition.kind === 'journey' ? await publishingNotes(tx, definition, now) : [];
    const { row, change } = await placed(document, () => putDefinition(tx, put));
    const notes = change === 'unchanged' ? [] : told;
    applied.push({ kind: row.kind, key: row.key, change, state: row.state, version: row.version, notes });
  }
  if (applied.some((one) => one.state === 'published' && one.change !== 'unchanged' && isLive(one.kind))) {
    await raiseEpoch(tx);
  }
  const published = publish ? parsed.map(({ definition }) => definition) : [];
  const notes = await streamingNotes(tx, published);
  return applied.map((one) => (one.kind === 'audience' ? { ...one, notes: notes.get(one.key) ?? [] } : one));
}

/** Everything wrong with the documents, or the text that holds them, without changing anything; empty when they could be saved. */
export async function validateDefinitions(
  ctx: Context,
  documents: readonly SourceDocument[] | string,
): Promise<readonly Problem[]> {
  try {
    await checkAll(ctx.db, parseAll(typeof documents === 'string' ? readDocuments(documents) : documents), false);
    return [];
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return error.problems;
    throw error;
  }
}

const TAKEN_BACK = new Error('A dry run takes back what it did.');

async function takeBack<T>(ctx: Context, work: (tx: Transaction) => Promise<T[]>): Promise<T[]> {
  const done: T[] = [];
  await ctx.db
    .transaction(async (tx) => {
      done.push(...(await work(tx)));
      throw TAKEN_BACK;
    })
    .catch((error: unknown) => {
      if (error !== TAKEN_BACK) throw error;
    });
  return done;
}

function parseAll(documents: readonly SourceDocument[]): Parsed[] {
  const parsed: Parsed[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const document of documents) {
    try {
      const definition = parseDefinition(document.value);
      const name = `${definition.kind}/${definition.key}`;
      if (seen.has(name)) {
        const { kind, key } = definition;
        const said = says('The {kind} "{key}" is given twice.', { kind: say(kind), key });
        problems.push(document.place({ path: 'key', ...said }));
      }
      seen.add(name);
      parsed.push({ definition, document });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(...error.problems.map(document.place));
    }
  }
  if (problems.length > 0) throw refused(documents.length, problems);
  return parsed;
}

/** What is published may refer to what is published; a draft to drafts as well. */
async function checkAll(
  db: Parameters<typeof loadWorld>[0],
  parsed: readonly Parsed[],
  publish: boolean,
): Promise<void> {
  const batch = parsed.map(({ definition }) => definition);
  const world = await loadWorld(db, { states: publish ? ['published'] : ['published', 'draft'], batch });
  const documents = new Map(parsed.map(({ definition, document }) => [definition, document]));
  const problems = (await checkDefinitions(batch, world)).map(
    ({ definition, problem }) => documents.get(definition)?.place(problem) ?? problem,
  );
  if (problems.length > 0) throw refused(parsed.length, problems);
}

function refused(count: number, problems: readonly Problem[]): AppError {
  return invalid(
    count === 1 ? say('The definition is not valid.') : say('The definitions are not valid; none was applied.'),
    problems,
  );
}

/** By kind, and tables after the tables that they link to. */
function inOrder(parsed: readonly Parsed[]): Parsed[] {
  const byKind = [...parsed].sort(
    (a, b) => DEFINITION_KINDS.indexOf(a.definition.kind) - DEFINITION_KINDS.indexOf(b.definition.kind),
  );
  const tables = new Map(
    byKind.flatMap((item) => (item.definition.kind === 'table' ? [[item.definition.key, item]] : [])),
  );
  const ordered = new Set<Parsed>();
  const visit = (item: Parsed, trail: ReadonlySet<Parsed>) => {
    if (ordered.has(item) || trail.has(item)) return;
    const links = item.definition.kind === 'table' ? Object.values(item.definition.links) : [];
    for (const link of links) {
      const target = tables.get(link.to);
      if (target) visit(target, new Set([...trail, item]));
    }
    ordered.add(item);
  };
  for (const item of byKind) visit(item, new Set());
  return [...ordered];
}
