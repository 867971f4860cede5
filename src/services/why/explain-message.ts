import { notFound } from '../../core/kernel/index.ts';
import type { Fact, MessageName, Reason } from '../../core/why/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { type Finding, reason } from './reason.ts';
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
export async function explainMessage(db: Queryable, person: Place, messageId: number): Promise<Finding> {
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
    answer: answerOf(message, send),
    reasons,
  };
}

function answerOf(facts: MessageFacts, send: SendFacts | undefined): Fact {
  const message: MessageName = {
    id: facts.message_id,
    template: send?.template_key,
    version: send?.template_version,
  };
  const of = { message, to: facts.address };
  const at = facts.settled_at?.getTime();
  const { reason: why } = facts;
  switch (facts.state) {
    case 'sent':
      return { kind: 'message-sent', ...of, at };
    case 'excluded':
      return { kind: 'message-excluded', message, reason: why, channel: send?.channel ?? '' };
    case 'failed':
      return { kind: 'message-failed', ...of, at, reason: why };
    case 'uncertain':
      return { kind: 'message-uncertain', ...of, at };
    case 'sending':
      return { kind: 'message-sending', ...of };
    case 'held':
      return { kind: 'message-held', ...of, send: send?.state, reason: send?.reason ?? undefined };
    case 'queued':
      return { kind: 'message-queued', ...of, until: facts.due_at?.getTime() };
  }
}

function origin(message: MessageFacts, send: SendFacts): Reason {
  const { campaign_key: campaign, journey_key: journey, journey_version: version, run_id: run, lane } = send;
  if (journey !== null) {
    const way = reason({ kind: 'ask-journey', journey });
    const by: Fact = { kind: 'by-journey', step: send.activity, journey, version, instance: message.instance_id };
    return reason(by, message.created_at, [way]);
  }
  if (campaign !== null) {
    return reason({ kind: 'by-campaign', activity: send.activity, campaign, run, lane }, message.created_at);
  }
  return reason({ kind: 'by-api', lane }, message.created_at);
}

async function consent(
  db: Queryable,
  person: Place,
  { message, send }: { readonly message: MessageFacts; readonly send: SendFacts },
): Promise<Reason> {
  const { channel, topic } = send;
  const mode = send.settings.consent;
  const asked: Fact = { kind: 'consent-asked', mode, channel, topic };
  if (mode === 'none') return reason(asked);
  const given = await selectConsents(db, person, send);
  const decided = message.settled_at ?? message.created_at;
  const said = given.map((row) => consentSaid(row, send, decided));
  return reason(asked, null, said.length > 0 ? said : [reason({ kind: 'consent-silent', channel })]);
}

function consentSaid({ topic, status, source, updated_at }: ConsentFacts, send: SendFacts, decided: Date): Reason {
  const later = updated_at > decided;
  return reason({ kind: 'consent-said', status, channel: send.channel, topic, source, later }, updated_at);
}

async function suppression(
  db: Queryable,
  { message, send }: { readonly message: MessageFacts; readonly send: SendFacts },
): Promise<Reason[]> {
  const { address } = message;
  if (!address) return [];
  const found = await selectSuppression(db, { channel: send.channel, address });
  if (!found) return message.reason === 'suppressed' ? [reason({ kind: 'suppressed-then' })] : [];
  const { reason: why, detail, created_at } = found;
  const later = created_at > (message.settled_at ?? message.created_at);
  return [reason({ kind: 'suppressed', address, reason: why, detail, later }, created_at)];
}

function fate(message: MessageFacts, send: SendFacts | undefined): Reason[] {
  const tried = { channel: send?.channel_key, attempts: message.attempts };
  const said = message.detail ? [reason({ kind: 'own-words', text: message.detail })] : [];
  switch (message.state) {
    case 'sent':
      return [reason({ kind: 'provider-took', ...tried }, message.settled_at, said)];
    case 'failed':
      return [reason({ kind: 'provider-refused', ...tried, reason: message.reason }, message.settled_at, said)];
    case 'uncertain':
      return [reason({ kind: 'answer-lost', ...tried }, message.settled_at, said)];
    case 'excluded':
      return said;
    case 'held':
    case 'queued':
    case 'sending':
      return message.attempts > 0 ? [reason({ kind: 'tried', ...tried })] : [];
  }
}

async function reactions(db: Queryable, person: Place, message: MessageFacts): Promise<Reason[]> {
  const found = await selectReactions(db, person, message.message_id);
  if (found.length === 0 && message.state === 'sent') return [reason({ kind: 'no-reaction' })];
  return found.map(({ kind: what, machine, first_at, last_at, times }) =>
    reason({ kind: 'reaction', what, machine, times, last: last_at.getTime() }, first_at),
  );
}
