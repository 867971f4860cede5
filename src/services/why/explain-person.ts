import { notFound } from '../../core/kernel/index.ts';
import type { Fact, Reason } from '../../core/why/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Finding, reason } from './reason.ts';
import { selectInstances, selectRefusals } from './store-journey.ts';
import {
  type Place,
  type RecentMessage,
  selectMemberships,
  selectPerson,
  selectRecentMessages,
} from './store-person.ts';

const MESSAGES_MAX = 20;
const INSTANCES_MAX = 20;

/** What there is to ask about one person: memberships, journeys and messages, each in a line. */
export async function explainPerson(ctx: Context, person: Place): Promise<Finding> {
  const { profileId } = person;
  const found = await selectPerson(ctx.db, person);
  if (!found) throw notFound('profile', String(profileId));
  const memberships = await selectMemberships(ctx.db, person);
  const instances = await selectInstances(ctx.db, person, { journey: undefined, limit: INSTANCES_MAX });
  const refusals = await selectRefusals(ctx.db, person, { journey: undefined, limit: INSTANCES_MAX });
  const messages = await selectRecentMessages(ctx.db, person, MESSAGES_MAX);
  return {
    about: 'person',
    answer: { kind: 'person', profileId, email: found.email, since: found.created_at.getTime() },
    reasons: [
      group(
        'audiences',
        memberships.map(({ audience_key: audience, since }) => reason({ kind: 'one-audience', audience }, since)),
      ),
      group('journeys', [
        ...instances.map(({ journey_key: journey, version, state, end_reason: why, entered_at }) =>
          reason({ kind: 'one-journey', journey, version, state, reason: why }, entered_at),
        ),
        ...refusals.map(({ journey_key: journey, reason: why, at }) =>
          reason({ kind: 'one-refusal', journey, reason: why }, at),
        ),
      ]),
      group('messages', messages.map(messageReason)),
    ],
  };
}

function group(kind: 'audiences' | 'journeys' | 'messages', because: readonly Reason[]): Reason {
  return reason({ kind, any: because.length > 0 }, null, because);
}

function messageReason(message: RecentMessage): Reason {
  const { message_id: id, template_key: template, activity: step, state, reason: why, at } = message;
  const fact: Fact = {
    kind: 'one-message',
    message: { id, template: template ?? undefined, version: undefined },
    of: message.journey_key ?? message.campaign_key,
    step,
    state,
    reason: why,
  };
  return reason(fact, at);
}
