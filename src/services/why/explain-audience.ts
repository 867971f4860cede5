import { type Explanation, needsOf, subjectOf } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { explainAudience } from '../audiences/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { moment, type Reason, reason, type Why } from './reason.ts';
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
 * Whether one person is in an audience, since when and what caused it, and each condition with the facts that make it true or false now.
 * @throws AppError `not_found` when there is no such audience.
 */
export async function explainMembership(ctx: Context, person: Place, key: string): Promise<Why> {
  const explained = await explainAudience(ctx, { target: { key }, profile: String(person.profileId) });
  const membership = await selectMembership(ctx.db, person, key);
  const changes = await selectChanges(ctx.db, person, { audience: key, limit: CHANGES_MAX });
  const events = await eventNames(ctx, key);
  const history: Reason[] = [];
  for (const change of changes) history.push(await changeReason(ctx, person, { change, events }));
  return {
    about: 'audience',
    profile: { bucket: person.bucket, profile_id: person.profileId },
    answer: answerOf(key, { membership, explained, last: changes[0] }),
    reasons: [...saved(membership), ...history, conditionReason(explained)],
  };
}

function answerOf(
  key: string,
  found: {
    readonly membership: MembershipFacts | undefined;
    readonly explained: Explanation;
    readonly last: ChangeFacts | undefined;
  },
): string {
  const { membership, explained, last } = found;
  const isIn = membership !== undefined || explained.holds;
  if (isIn) return `In ${key}${membership ? ` since ${moment(membership.since)}` : ''}.`;
  return last?.change === 'left' ? `Not in ${key}: left on ${moment(last.at)}.` : `Not in ${key}.`;
}

function saved(membership: MembershipFacts | undefined): Reason[] {
  if (membership?.run_id == null) return [];
  return [
    reason(`put there by campaign ${membership.campaign_key ?? '?'}, run ${membership.run_id}`, membership.since),
  ];
}

async function eventNames(ctx: Context, key: string): Promise<readonly string[]> {
  return [...needsOf({ audience: key }, subjectOf({ catalog: await loadCatalog(ctx.db) })).events];
}

async function changeReason(
  ctx: Context,
  person: Place,
  { change, events }: { readonly change: ChangeFacts; readonly events: readonly string[] },
): Promise<Reason> {
  const cause = await causeOf(ctx, person, { change, events });
  return reason(`${change.change}: ${cause}`, change.at);
}

async function causeOf(
  ctx: Context,
  person: Place,
  { change, events }: { readonly change: ChangeFacts; readonly events: readonly string[] },
): Promise<string> {
  switch (change.cause) {
    case 'event': {
      const event = await selectLastEvent(ctx.db, person, { names: events, until: change.at });
      return event ? `by the event ${event.name} of ${moment(event.occurred_at)}` : 'by an event';
    }
    case 'time':
      return 'because time passed: what the rule counts came to the end of its window';
    case 'profile':
      return 'because something about the person changed';
    case 'rule':
      return 'because the audience was published with this rule';
    case 'merge':
      return 'because two profiles turned out to be one person';
    case 'rows':
      return 'because rows that the rule reads changed';
    default:
      return change.cause;
  }
}

/** Each condition as it is now. */
function conditionReason({ holds, sentence, found, children }: Explanation): Reason {
  return reason(
    `${holds ? 'yes' : 'no '}  ${sentence}${found ? `: ${found}` : ''}`,
    null,
    children.map(conditionReason),
  );
}
