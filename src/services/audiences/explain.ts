import { PROFILES } from '../../core/data/index.ts';
import { AppError, type LanguageCode, say } from '../../core/kernel/index.ts';
import { turningMoment } from '../../core/metrics/index.ts';
import { type Explanation, explainRule } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { findPerson } from '../profiles/index.ts';
import { loadFacts } from '../rules/index.ts';
import { type AudienceTarget, resolveAudience } from './resolve.ts';
import { selectSaved } from './store.ts';

export type AudienceExplanation = Explanation & {
  readonly profile: { readonly bucket: number; readonly profile_id: number };
  /** Of an audience whose members are kept: since when they are one. */
  readonly since: Date | null;
  /** When it will be otherwise if nothing happens; null: never by itself, or nobody can know. */
  readonly turns_at: Date | null;
};

/**
 * Why one person is in an audience or not: each condition with the facts that made it true or false, and when time alone will change
 * it. `profile` is a profile's number, an email address, or an identity as `namespace:value`.
 * @throws AppError `not_found` when there is no such audience or person.
 */
export async function explainAudience(
  ctx: Context,
  input: { readonly target: AudienceTarget; readonly profile: string; readonly language?: LanguageCode },
): Promise<AudienceExplanation> {
  const { target, language = 'en' } = input;
  const { rule, catalog, on } = await resolveAudience(ctx.db, target);
  if (on !== PROFILES) throw new AppError('invalid', say('Only audiences of people can be explained for a person.'));
  const person = await findPerson(ctx.db, input.profile);
  const facts = await loadFacts(ctx.db, { rule, catalog, person });
  const now = ctx.clock.now();
  const explanation = explainRule({ rule, catalog, facts, now, language });
  const profile = { bucket: person.bucket, profile_id: person.profileId };
  const [member] = 'key' in target ? await selectSaved(ctx.db, target.key, [profile]) : [];
  const turns = turningMoment({ rule, catalog, facts, now });
  return {
    profile,
    since: member?.since ?? null,
    turns_at: turns === undefined ? null : new Date(turns),
    ...explanation,
  };
}
