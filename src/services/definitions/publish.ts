import type { DefinitionKind } from '../../core/definitions/index.ts';
import { AppError, invalid, say, type Wording } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { letsPeopleIn, publishingNotes } from '../journeys/index.ts';
import { raiseEpoch, streamingNotes } from '../live/index.ts';
import { checkDefinitions } from './check.ts';
import { loadWorld } from './load-world.ts';
import { checkSeen, draftAgain, isLive, mustExist, publishRow, type Seen } from './put.ts';
import { type DefinitionRow, lockDefinitions, selectNewest } from './store.ts';

export type Published = {
  readonly row: DefinitionRow;
  /** What its author should know: why an audience does not stream, what a journey reads. */
  readonly notes: readonly Wording[];
};

/**
 * Publishes the draft: from now on it is what everything refers to, and it never changes again. A definition may only refer to
 * published ones. A journey that lets nobody in any more needs no draft: what was published last is put in force again, under a number
 * of its own, since a version that is over stays so. @throws AppError `not_found`, `conflict` when there is no draft, `invalid` with every problem.
 */
export async function publishDefinition(
  ctx: Context,
  input: { readonly kind: DefinitionKind; readonly key: string; readonly seen?: Seen },
): Promise<Published> {
  const { kind, key } = input;
  return ctx.db.transaction(async (tx) => {
    await lockDefinitions(tx);
    const now = ctx.clock.now();
    const saved = mustExist(await selectNewest(tx, kind, key, ['draft', 'published', 'archived']), kind, key);
    checkSeen(saved, input.seen ?? {});
    const isOver = kind === 'journey' && saved.state !== 'draft' && !(await letsPeopleIn(tx, key));
    const newest = isOver ? await draftAgain(tx, saved, now) : saved;
    if (newest.state !== 'draft')
      throw new AppError('conflict', say('The {kind} "{key}" has no draft to publish.', { kind: say(kind), key }));
    const world = await loadWorld(tx, { states: ['published'], batch: [newest.body] });
    const problems = (await checkDefinitions([newest.body], world)).map(({ problem }) => problem);
    if (problems.length > 0) throw invalid(say('The {kind} "{key}" is not valid.', { kind: say(kind), key }), problems);
    const told = newest.body.kind === 'journey' ? await publishingNotes(tx, newest.body, now) : [];
    const row = await publishRow(tx, newest, now);
    if (isLive(kind)) await raiseEpoch(tx);
    const notes = (await streamingNotes(tx, [newest.body])).get(key) ?? [];
    return { row, notes: [...told, ...notes] };
  });
}
