import { describeRefusal } from '../../core/journeys/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { moment, type Reason, reason, type Why, words } from './reason.ts';
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
export async function explainPerson(ctx: Context, person: Place): Promise<Why> {
  const found = await selectPerson(ctx.db, person);
  if (!found) throw notFound('profile', String(person.profileId));
  const memberships = await selectMemberships(ctx.db, person);
  const instances = await selectInstances(ctx.db, person, { journey: undefined, limit: INSTANCES_MAX });
  const refusals = await selectRefusals(ctx.db, person, { journey: undefined, limit: INSTANCES_MAX });
  const messages = await selectRecentMessages(ctx.db, person, MESSAGES_MAX);
  return {
    about: 'person',
    profile: { bucket: person.bucket, profile_id: person.profileId },
    answer: `Profile ${person.profileId}${found.email ? `, ${found.email}` : ''}, known since ${moment(found.created_at)}.`,
    reasons: [
      group('audiences', 'in no audience', [
        ...memberships.map(({ audience_key, since }) => reason(`in ${audience_key}`, since)),
      ]),
      group('journeys', 'in no journey so far', [
        ...instances.map((instance) =>
          reason(
            `${instance.journey_key}, version ${instance.version}: ${
              instance.state === 'ended' ? `left, ${words(instance.end_reason ?? '?')}` : instance.state
            }`,
            instance.entered_at,
          ),
        ),
        ...refusals.map(({ journey_key, reason: why, at }) => reason(`${journey_key}: ${describeRefusal(why)}`, at)),
      ]),
      group('messages', 'no message so far', messages.map(messageReason)),
    ],
  };
}

function group(title: string, none: string, because: readonly Reason[]): Reason {
  return because.length === 0 ? reason(none) : reason(title, null, because);
}

function messageReason(message: RecentMessage): Reason {
  const from = message.journey_key ?? message.campaign_key;
  const origin = from ? ` of ${from}${message.activity ? `, ${message.activity}` : ''}` : '';
  const why = message.reason ? `: ${words(message.reason)}` : '';
  return reason(
    `message ${message.message_id}, ${message.template_key ?? '?'}${origin}: ${message.state}${why}`,
    message.at,
  );
}
