import type { DefinitionKind } from '../../core/definitions/index.ts';
import { invalid, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { checkDefinitions } from './check.ts';
import { loadWorld } from './load-world.ts';
import { placed } from './placed.ts';
import { checkSeen, type PutResult, putDefinition, type Seen } from './put.ts';
import { readDefinition, withName } from './read-definition.ts';
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
  const document = withName(input.document.value, input);
  // A text that leaves its name to the address would not stand by itself when it is exported.
  const text = document === input.document.value ? input.document.text : undefined;
  const definition = readDefinition(document, input);
  return ctx.db.transaction(async (tx) => {
    await lockDefinitions(tx);
    checkSeen(await selectNewest(tx, kind, key, ['draft', 'published', 'archived']), input.seen ?? {});
    const world = await loadWorld(tx, { states: ['published', 'draft'], batch: [definition] });
    const problems = (await checkDefinitions([definition], world)).map(({ problem }) => problem);
    if (problems.length > 0) throw invalid(say('The {kind} "{key}" is not valid.', { kind: say(kind), key }), problems);
    return putDefinition(tx, { definition, source: document, text, publish: false, now: ctx.clock.now() });
  });
}
