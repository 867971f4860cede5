import { AppError, type LanguageCode, say } from '../../core/kernel/index.ts';
import { sayFact } from '../../core/why/index.ts';
import type { Context } from '../../platform/context.ts';
import { findPerson } from '../profiles/index.ts';
import { explainMembership } from './explain-audience.ts';
import { explainJourney } from './explain-journey.ts';
import { explainMessage } from './explain-message.ts';
import { explainPerson } from './explain-person.ts';
import { type Finding, sayReason, type Why } from './reason.ts';
import type { Place } from './store-person.ts';

/** What is asked about; one thing at a time. */
export type WhyQuestion = {
  readonly message?: number | undefined;
  readonly journey?: string | undefined;
  readonly audience?: string | undefined;
};

type Asked = { readonly profile: string; readonly question: WhyQuestion; readonly language?: LanguageCode };

/**
 * Why something happened to one person, or did not, from what was recorded, in words. `profile` is a profile's number, an email
 * address, or an identity as `namespace:value`; without a question, what there is to ask about.
 * @throws AppError `not_found` when there is no such person, message, journey of theirs or audience.
 */
export async function explainWhy(ctx: Context, { profile, question, language = 'en' }: Asked): Promise<Why> {
  const { message, journey, audience } = question;
  if ([message, journey, audience].filter((asked) => asked !== undefined).length > 1) {
    throw new AppError('invalid', say('Ask about a message, a journey or an audience: one at a time.'));
  }
  const person = await findPerson(ctx.db, profile);
  const { about, answer, reasons } = await findOut(ctx, person, { question, language });
  return {
    about,
    profile: { bucket: person.bucket, profile_id: person.profileId },
    answer: sayFact(answer, language),
    reasons: reasons.map((reason) => sayReason(reason, language)),
  };
}

async function findOut(
  ctx: Context,
  person: Place,
  { question, language }: { readonly question: WhyQuestion; readonly language: LanguageCode },
): Promise<Finding> {
  const { message, journey, audience } = question;
  if (message !== undefined) return explainMessage(ctx.db, person, message);
  if (journey !== undefined) return explainJourney(ctx, person, journey);
  if (audience !== undefined) return explainMembership(ctx, person, { key: audience, language });
  return explainPerson(ctx, person);
}
