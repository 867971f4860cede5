import type { Definition, DefinitionKind } from '../../core/definitions/index.ts';
import { AppError, type Instant, notFound, say } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { putVersionLive } from '../journeys/index.ts';
import { applyTable } from '../tables/index.ts';
import { type DefinitionRow, markPublished, selectNewest, upsertDraft } from './store.ts';
import { definitionText } from './text.ts';

export type Change = 'created' | 'updated' | 'published' | 'unchanged';

export type PutResult = { readonly row: DefinitionRow; readonly change: Change };

/**
 * Makes `definition` the draft, and publishes it when asked to. What is already so stays untouched: putting the same definition
 * twice changes nothing the second time. The definition was checked before.
 */
export async function putDefinition(
  tx: Transaction,
  input: {
    readonly definition: Definition;
    readonly source: unknown;
    /** As it was typed; absent when it came as JSON. */
    readonly text?: string | undefined;
    readonly publish: boolean;
    readonly now: Instant;
  },
): Promise<PutResult> {
  const { definition, now } = input;
  const body = JSON.stringify(definition);
  const newest = await selectNewest(tx, definition.kind, definition.key, ['draft', 'published', 'archived']);
  const sameBody = newest !== undefined && newest.state !== 'archived' && JSON.stringify(newest.body) === body;
  // A comment is worth a draft of its own, but no new version of something that runs.
  const same = sameBody && (input.publish || input.text === undefined || input.text === definitionText(newest));
  if (same && (newest.state === 'published' || !input.publish)) return { row: newest, change: 'unchanged' };
  const isFirst = newest === undefined || newest.state === 'archived';
  const draft =
    same && newest.state === 'draft'
      ? newest
      : await upsertDraft(tx, {
          kind: definition.kind,
          key: definition.key,
          version: newest?.state === 'draft' ? newest.version : (newest?.version ?? 0) + 1,
          body,
          source: JSON.stringify(input.source),
          text: input.text ?? null,
          now,
        });
  if (!input.publish) return { row: draft, change: isFirst ? 'created' : 'updated' };
  const row = await publishRow(tx, draft, now);
  return { row, change: same ? 'published' : isFirst ? 'created' : 'updated' };
}

/** The same definition as a draft of the next version. */
export function draftAgain(tx: Transaction, published: DefinitionRow, now: Instant): Promise<DefinitionRow> {
  const { kind, key, version, body, source, text } = published;
  const copy = { body: JSON.stringify(body), source: JSON.stringify(source), text };
  return upsertDraft(tx, { kind, key, version: version + 1, ...copy, now });
}

/** Publishes a draft. In the same transaction a table gets its physical form, and a version of a journey is put in force. */
export async function publishRow(tx: Transaction, draft: DefinitionRow, now: Instant): Promise<DefinitionRow> {
  if (draft.body.kind === 'table') await applyTable(tx, draft.body, now);
  const row = await markPublished(tx, draft, now);
  if (row.body.kind === 'journey') await putVersionLive(tx, { version: row.version, body: row.body, now });
  return row;
}

/** Whether the engine reads definitions of the kind: when one is published or archived the epoch is raised. */
export function isLive(kind: DefinitionKind): boolean {
  return kind === 'audience' || kind === 'table' || kind === 'computed-trait' || kind === 'identity';
}

/** What the caller last saw of a definition; changing it is refused when it has moved on since. */
export type Seen = { readonly etag?: string | undefined; readonly version?: number | undefined };

/** A word that changes with every change of a definition. */
export function etagOf(row: Pick<DefinitionRow, 'version' | 'state' | 'updated_at'>): string {
  return `"${row.version}-${row.state}-${row.updated_at.getTime()}"`;
}

/** @throws AppError `conflict` when somebody else changed the definition after the caller saw it. */
export function checkSeen(newest: DefinitionRow | undefined, seen: Seen): void {
  const matches =
    (seen.version === undefined || seen.version === (newest?.version ?? 0)) &&
    (seen.etag === undefined || seen.etag === '*' || (newest !== undefined && seen.etag === etagOf(newest)));
  if (matches) return;
  const now = newest ? say('it is at version {version} now', { version: newest.version }) : say('it does not exist');
  throw new AppError('conflict', say('The definition has changed since you read it: {now}. Read it again.', { now }));
}

export function mustExist(row: DefinitionRow | undefined, kind: DefinitionKind, key: string): DefinitionRow {
  if (!row) throw notFound(kind, key);
  return row;
}
