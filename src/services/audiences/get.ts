import { AudienceDefinition } from '../../core/audiences/index.ts';
import { type LanguageCode, type Problem, parseWith, say } from '../../core/kernel/index.ts';
import { sentenceOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { membershipOf } from '../live/index.ts';
import { loadPublished } from '../tables/index.ts';
import { resolveAudience } from './resolve.ts';
import { selectDraftVersion, selectNewest } from './store.ts';

export type AudienceState = {
  readonly key: string;
  readonly name: string | null;
  /** The rule in words; none of a static audience. */
  readonly sentence: string | null;
  /**
   * Where its members come from. `live`: the engine keeps them; `computed`: from the rule, whenever they are asked for; `saved`: a
   * campaign wrote them down; `draft`: it is not published.
   */
  readonly members: 'live' | 'computed' | 'saved' | 'draft';
  readonly published_version: number | null;
  readonly draft_version: number | null;
  /** Of one that is computed: why it does not stream. */
  readonly why: readonly Problem[];
  /** Of a live one: how many of the buckets have been filled with it. */
  readonly filled: { readonly buckets: number; readonly of: number } | null;
};

/** What an audience is and whether it is kept up to date. @throws AppError `not_found`. */
export async function getAudience(ctx: Context, key: string, language: LanguageCode = 'en'): Promise<AudienceState> {
  const { catalog } = await resolveAudience(ctx.db, { key }, await loadPublished(ctx.db));
  const row = await selectNewest(ctx.db, key);
  const definition =
    row && parseWith(AudienceDefinition, row.body, say('The {kind} "{key}"', { kind: say('audience'), key }));
  const common = {
    key,
    name: definition?.name ?? null,
    sentence: definition?.rule === undefined ? null : sentenceOf(definition.rule, catalog, language),
    published_version: row?.state === 'published' ? row.version : null,
    draft_version: await selectDraftVersion(ctx.db, key),
    why: [],
    filled: null,
  };
  if (row && row.state === 'draft') return { ...common, members: 'draft' };
  if (definition?.rule === undefined) return { ...common, members: 'saved' };
  const { live, problems, buckets, bucketsDone } = await membershipOf(ctx.db, key, catalog);
  if (!live) return { ...common, members: 'computed', why: problems };
  return { ...common, members: 'live', filled: { buckets: bucketsDone, of: buckets } };
}
