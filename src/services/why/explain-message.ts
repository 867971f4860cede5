import { notFound } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { moment, type Reason, reason, type Why, words } from './reason.ts';
import {
  type ConsentFacts,
  type MessageFacts,
  type SendFacts,
  selectConsents,
  selectMessage,
  selectReactions,
  selectSend,
  selectSuppression,
} from './store-message.ts';
import type { Place } from './store-person.ts';

/**
 * What became of one message to one person, and why: what queued it, what it needed, what the provider said, what the person did.
 * @throws AppError `not_found` when the person has no such message.
 */
export async function explainMessage(db: Queryable, person: Place, messageId: number): Promise<Why> {
  const message = await selectMessage(db, person, messageId);
  if (!message) throw notFound('message', String(messageId));
  const send = await selectSend(db, message.send_id);
  const reasons = [
    ...(send ? [origin(message, send)] : []),
    ...(send ? [await consent(db, person, { message, send })] : []),
    ...(send ? await suppression(db, { message, send }) : []),
    ...fate(message, send),
    ...(await reactions(db, person, message)),
  ];
  return {
    about: 'message',
    profile: { bucket: person.bucket, profile_id: person.profileId },
    answer: answerOf(message, send),
    reasons,
  };
}

function answerOf(message: MessageFacts, send: SendFacts | undefined): string {
  const what = `Message ${message.message_id}${send ? ` (template ${send.template_key}, version ${send.template_version})` : ''}`;
  const to = message.address ? ` to ${message.address}` : '';
  const at = message.settled_at ? ` on ${moment(message.settled_at)}` : '';
  switch (message.state) {
    case 'sent':
      return `${what} was handed to the provider${to}${at}.`;
    case 'excluded':
      return `${what} was not sent: ${excludedBecause(message.reason, send)}.`;
    case 'failed':
      return `${what}${to} failed${at}: ${words(message.reason ?? 'no reason was recorded')}.`;
    case 'uncertain':
      return `${what}${to} may or may not have gone out${at}: the provider's answer was lost.`;
    case 'sending':
      return `${what} is being handed to the provider${to} right now.`;
    case 'held':
      return `${what}${to} is held: its send is ${send?.state ?? 'unknown'}${send?.reason ? ` (${send.reason})` : ''}.`;
    default:
      return `${what}${to} waits in the outbox${message.due_at ? ` until ${moment(message.due_at)}` : ''}.`;
  }
}

function excludedBecause(code: string | null, send: SendFacts | undefined): string {
  const channel = send?.channel ?? 'the channel';
  switch (code) {
    case 'no_profile':
      return 'nobody stands behind the row of the population';
    case 'duplicate':
      return 'another row of the same person already got one';
    case 'no_address':
      return `the person had no address for ${channel}`;
    case 'invalid_address':
      return 'the address cannot be written to as it is';
    case 'suppressed':
      return 'the address is suppressed';
    case 'no_consent':
      return `the person's consent did not allow it`;
    case 'stopped':
      return 'the send was stopped before its turn came';
    default:
      return words(code ?? 'no reason was recorded');
  }
}

function origin(message: MessageFacts, send: SendFacts): Reason {
  const { campaign_key, journey_key } = send;
  if (journey_key !== null) {
    const instance = message.instance_id === null ? '' : `, instance ${message.instance_id}`;
    const text = `queued by step ${send.activity ?? '?'} of journey ${journey_key}, version ${send.journey_version ?? '?'}${instance}`;
    return reason(text, message.created_at, [reason(`the way there: carillon why PROFILE --journey ${journey_key}`)]);
  }
  if (campaign_key !== null) {
    const run = send.run_id === null ? '' : `, run ${send.run_id}`;
    return reason(
      `queued by activity ${send.activity ?? '?'} of campaign ${campaign_key}${run}, in lane ${send.lane}`,
      message.created_at,
    );
  }
  return reason(`queued by a request to the API, in lane ${send.lane}`, message.created_at);
}

async function consent(
  db: Queryable,
  person: Place,
  { message, send }: { readonly message: MessageFacts; readonly send: SendFacts },
): Promise<Reason> {
  const about = `${send.channel}${send.topic ? `, topic ${send.topic}` : ''}`;
  const mode = send.settings.consent;
  if (mode === 'none') return reason(`consent: this send asks for none`);
  const given = await selectConsents(db, person, send);
  const asks =
    mode === 'opt-in'
      ? `consent: this send asks that ${about} was granted`
      : `consent: this send asks that ${about} was not refused`;
  const decided = message.settled_at ?? message.created_at;
  const said = given.map((row) => consentSaid(row, send, decided));
  return reason(asks, null, said.length > 0 ? said : [reason(`nothing is recorded about ${send.channel}`)]);
}

function consentSaid(row: ConsentFacts, send: SendFacts, decided: Date): Reason {
  const scope = row.topic ? `${send.channel}, topic ${row.topic}` : `${send.channel} as a whole`;
  const later = row.updated_at > decided ? ', after this message; what was said before is not kept' : '';
  return reason(`${row.status} for ${scope}, said through ${row.source}${later}`, row.updated_at);
}

async function suppression(
  db: Queryable,
  { message, send }: { readonly message: MessageFacts; readonly send: SendFacts },
): Promise<Reason[]> {
  if (!message.address) return [];
  const found = await selectSuppression(db, { channel: send.channel, address: message.address });
  if (!found) {
    return message.reason === 'suppressed'
      ? [reason('suppression: the address was suppressed then, and is no more')]
      : [];
  }
  const detail = found.detail ? ` (${found.detail})` : '';
  const later = found.created_at > (message.settled_at ?? message.created_at) ? ', after this message' : '';
  return [reason(`suppression: ${message.address} by ${words(found.reason)}${detail}${later}`, found.created_at)];
}

function fate(message: MessageFacts, send: SendFacts | undefined): Reason[] {
  const tries = message.attempts > 1 ? `, after ${message.attempts} attempts` : '';
  const through = send ? ` through channel ${send.channel_key}` : '';
  const said = message.detail ? [reason(`in its own words: ${message.detail}`)] : [];
  switch (message.state) {
    case 'sent':
      return [reason(`the provider took it${through}${tries}`, message.settled_at, said)];
    case 'failed':
      return [reason(`${words(message.reason ?? 'failed')}${through}${tries}`, message.settled_at, said)];
    case 'uncertain':
      return [
        reason(`the answer was lost${through}${tries}; it is not sent again by itself`, message.settled_at, said),
      ];
    case 'excluded':
      return said;
    default:
      return message.attempts > 0 ? [reason(`tried ${message.attempts} times so far${through}`)] : [];
  }
}

async function reactions(db: Queryable, person: Place, message: MessageFacts): Promise<Reason[]> {
  const found = await selectReactions(db, person, message.message_id);
  if (found.length === 0 && message.state === 'sent') return [reason('no reaction so far')];
  return found.map(({ kind, machine, first_at, last_at, times }) => {
    const again = times > 1 ? `, ${times} times until ${moment(last_at)}` : '';
    return reason(`${kind} by ${machine ? 'a machine, not a person' : 'the person'}${again}`, first_at);
  });
}
