import type { LanguageCode } from '../../core/kernel/index.ts';
import { type Explanation, needsOf, subjectOf } from '../../core/rules/index.ts';
import type { Fact, Reason } from '../../core/why/index.ts';
import type { Context } from '../../platform/context.ts';
import { explainAudience } from '../audiences/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { type Finding, reason } from './reason.ts';
import {
  type ChangeFacts,
  type MembershipFacts,
  selectChanges,
  selectLastEvent,
  selectMembership,
} from './store-audience.ts';
import type { Place } from './store-person.ts';

const CHANGES_MAX = 10;

/**
 * Whether one person is in an audience, since when and what caused it, and each condition with the facts that make it true or false
 * now; the conditions come in a language. @throws AppError `not_found` when there is no such audience.
 */
export async function explainMembership(
  ctx: Context,
  person: Place,
  { key, language }: { readonly key: string; readonly language: LanguageCode },
): Promise<Finding> {
  const explained = await explainAudience(ctx, { target: { key }, profile: String(person.profileId), language });
  const membership = await selectMembership(ctx.db, person, key);
  const changes = await selectChanges(ctx.db, person, { audience: key, limit: CHANGES_MAX });
  const events = await eventNames(ctx, key);
  const history: Reason[] = [];
  for (const change of changes) history.push(await changeReason(ctx, person, { change, events }));
  return {
    about: 'audience',
    answer: answerOf(key, { membership, explained, last: changes[0] }),
    reasons: [...saved(membership), ...history, conditionReason(explained)],
  };
}

function answerOf(
  audience: string,
  found: {
    readonly membership: MembershipFacts | undefined;
    readonly explained: Explanation;
    readonly last: ChangeFacts | undefined;
  },
): Fact {
  const { membership, explained, last } = found;
  if (membership !== undefined || explained.holds) {
    return { kind: 'in-audience', audience, since: membership?.since.getTime() };
  }
  return { kind: 'not-in-audience', audience, left: last?.change === 'left' ? last.at.getTime() : undefined };
}

function saved(membership: MembershipFacts | undefined): Reason[] {
  if (membership?.run_id == null) return [];
  const campaign = membership.campaign_key ?? undefined;
  return [reason({ kind: 'saved', campaign, run: membership.run_id }, membership.since)];
}

async function eventNames(ctx: Context, key: string): Promise<readonly string[]> {
  return [...needsOf({ audience: key }, subjectOf({ catalog: await loadCatalog(ctx.db) })).events];
}

async function changeReason(
  ctx: Context,
  person: Place,
  { change, events }: { readonly change: ChangeFacts; readonly events: readonly string[] },
): Promise<Reason> {
  const event =
    change.cause === 'event' ? await selectLastEvent(ctx.db, person, { names: events, until: change.at }) : undefined;
  return reason(
    {
      kind: 'change',
      change: change.change,
      cause: change.cause,
      event: event && { name: event.name, at: event.occurred_at.getTime() },
    },
    change.at,
  );
}

/** Each condition as it is now. */
function conditionReason({ holds, sentence, found, children }: Explanation): Reason {
  return reason({ kind: 'condition', holds, sentence, found }, null, children.map(conditionReason));
}
