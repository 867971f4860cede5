import type { DefinitionKind } from '../../core/definitions/index.ts';
import { parseDefinition } from '../../core/definitions/index.ts';
import { invalid, type Problem } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { checkDefinitions } from './check.ts';
import { loadWorld } from './load-world.ts';
import { placed } from './placed.ts';
import { checkSeen, type PutResult, putDefinition, type Seen } from './put.ts';
import type { SourceDocument } from './read-documents.ts';
import { lockDefinitions, selectNewest } from './store.ts';

/**
 * Saves the draft of one definition. It may refer to drafts; what does not exist at all is refused here, not when it is sent.
 * @throws AppError `invalid` with every problem, `conflict` when the definition is no longer what the caller has seen.
 */
export async function saveDraft(
  ctx: Context,
  input: {
    readonly kind: DefinitionKind;
    readonly key: string;
    readonly document: SourceDocument;
    readonly seen?: Seen;
  },
): Promise<PutResult> {
  return placed(input.document, () => save(ctx, input));
}

async function save(ctx: Context, input: Parameters<typeof saveDraft>[1]): Promise<PutResult> {
  const { kind, key } = input;
  const document = withName(input.document.value, kind, key);
  // A text that leaves its name to the address would not stand by itself when it is exported.
  const text = document === input.document.value ? input.document.text : undefined;
  const definition = parseDefinition(document);
  const misnamed: Problem[] = [];
  if (definition.kind !== kind) misnamed.push({ path: 'kind', message: 'differs from the address.', expected: kind });
  if (definition.key !== key) misnamed.push({ path: 'key', message: 'differs from the address.', expected: key });
  if (misnamed.length > 0) throw invalid('The definition is not the one that the address names.', misnamed);
  return ctx.db.transaction(async (tx) => {
    await lockDefinitions(tx);
    checkSeen(await selectNewest(tx, kind, key, ['draft', 'published', 'archived']), input.seen ?? {});
    const world = await loadWorld(tx, { states: ['published', 'draft'], batch: [definition] });
    const problems = (await checkDefinitions([definition], world)).map(({ problem }) => problem);
    if (problems.length > 0) throw invalid(`The ${kind} "${key}" is not valid.`, problems);
    return putDefinition(tx, { definition, source: document, text, publish: false, now: ctx.clock.now() });
  });
}

/** The address already says kind and key; a document that leaves them out gets them from there. */
function withName(document: unknown, kind: DefinitionKind, key: string): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  return 'kind' in document && 'key' in document ? document : { kind, key, ...document };
}
