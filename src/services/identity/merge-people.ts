import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { mustFindIdentity } from '../profiles/index.ts';
import { mergeProfiles } from './merge-profiles.ts';

type Name = { readonly namespace: string; readonly value: string };

export type PeopleMerged = { readonly kind: 'merged' | 'nothing'; readonly profile_id: number };

/**
 * Makes two people one, because somebody who knows says so: `from` goes into `into`, even when both are users.
 * @throws AppError `not_found`; `conflict` when they would have more identities than one profile may have.
 */
export async function mergePeople(
  ctx: Context,
  { from, into }: { readonly from: Name; readonly into: Name },
): Promise<PeopleMerged> {
  const [gone, kept] = [await findName(ctx, from), await findName(ctx, into)];
  const outcome = await mergeProfiles(ctx, { from: gone, into: kept, cause: 'api' });
  if (outcome.kind === 'refused') {
    throw new AppError(
      'conflict',
      say('Together they would have more identities of {namespace} than a profile may have.', {
        namespace: outcome.namespace,
      }),
    );
  }
  const survivor = outcome.kind === 'merged' ? outcome.survivor : await findName(ctx, into);
  return { kind: outcome.kind, profile_id: survivor.profileId };
}

function findName(ctx: Context, { namespace, value }: Name) {
  return mustFindIdentity(ctx.db, namespace, value);
}
