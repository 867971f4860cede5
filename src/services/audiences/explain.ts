import { PROFILES } from '../../core/data/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import { type Explanation, explainRule } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { findPerson } from '../profiles/index.ts';
import { loadFacts } from '../rules/index.ts';
import { type AudienceTarget, resolveAudience } from './resolve.ts';

export type AudienceExplanation = Explanation & {
  readonly profile: { readonly bucket: number; readonly profile_id: number };
};

/**
 * Why one person is in an audience or not: each condition with the facts that made it true or false. `profile` is a profile's number,
 * an email address, or an identity as `namespace:value`.
 * @throws AppError `not_found` when there is no such audience or person.
 */
export async function explainAudience(
  ctx: Context,
  input: { readonly target: AudienceTarget; readonly profile: string },
): Promise<AudienceExplanation> {
  const { rule, catalog, on } = await resolveAudience(ctx.db, input.target);
  if (on !== PROFILES) throw new AppError('invalid', 'Only audiences of people can be explained for a person.');
  const person = await findPerson(ctx.db, input.profile);
  const facts = await loadFacts(ctx.db, { rule, catalog, person });
  const explanation = explainRule({ rule, catalog, facts, now: ctx.clock.now() });
  return { profile: { bucket: person.bucket, profile_id: person.profileId }, ...explanation };
}
