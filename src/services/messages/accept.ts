import { type ExclusionReason, judgeRecipient } from '../../core/deliveries/index.ts';
import { AppError, type Instant, invalid, type JsonObject, type Problem, say, says } from '../../core/kernel/index.ts';
import { type MessageRequest, messageReference } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import { type OwnTransaction, preferIndexes, type Transaction } from '../../platform/sql/index.ts';
import { loadChannel, onlyChannel } from '../channels/index.ts';
import {
  type ApiTemplate,
  type Departure,
  drawMessageIds,
  type Express,
  type ExpressMessage,
  ensureApiSend,
  ensureMessagePartition,
  expectedApiSend,
  insertMessages,
  loadApiTemplate,
  recallApiSend,
} from '../deliveries/index.ts';
import { answerOnce } from './once.ts';
import { type Addressee, resolveRecipients } from './recipients.ts';

const CHANNEL = 'email';
const AHEAD_MS_MAX = 366 * 86_400_000;

/** What became of one recipient; in the order of the call. */
export type AcceptedMessage = {
  readonly id: string;
  readonly state: 'queued' | 'scheduled' | 'excluded';
  readonly reason: ExclusionReason | null;
};

export type Acceptance = {
  readonly messages: readonly AcceptedMessage[];
  readonly queued: number;
  readonly excluded: number;
  /** The answer is that of an earlier call with the same idempotency key; nothing was done now. */
  readonly repeated: boolean;
};

export type Accepting = {
  readonly express?: Express | undefined;
  readonly confirm?: ((tx: Transaction) => Promise<void>) | undefined;
};

/**
 * Takes messages, durably: when it resolves they are in the outbox, or in the log with the reason why not. With an idempotency key a
 * repetition gets the first answer, also when both come at once. `express`: delivery in this process, by which transactional messages
 * leave without a stay in the queue where that can be. `confirm`: rejects when the caller may not do this; asked in the transaction.
 * @throws AppError `conflict` for a key that came with another request, `not_found` for an unknown template or channel, `invalid` for
 * variables that the template reads and the call does not give.
 */
export async function acceptMessages(
  ctx: Context,
  request: MessageRequest,
  idempotencyKey: string | undefined = request.idempotency_key,
  { express, confirm }: Accepting = {},
): Promise<Acceptance> {
  const now = ctx.clock.now();
  const dueAt = dueAtOf(request, now);
  const atOnce = request.category === 'transactional' && dueAt === now;
  const departure = atOnce ? express?.begin() : undefined;
  const work = (tx: OwnTransaction) => accept(tx, ctx, request, { now, dueAt, departure });
  const take = async (tx: OwnTransaction): Promise<Acceptance> => {
    if (idempotencyKey === undefined) return work(tx);
    const { idempotency_key: _, ...content } = request;
    const { answer, repeated } = await answerOnce(tx, { key: idempotencyKey, content, now }, () => work(tx));
    return { ...answer, repeated };
  };
  const acceptance = await ctx.db
    .transaction((tx) => confirmed(tx, confirm, take), { pipelined: true })
    .catch((error: unknown) => {
      departure?.fail();
      throw error;
    });
  const haveLeft = departure?.leave(now) ?? false;
  if (acceptance.queued > 0 && !acceptance.repeated && !haveLeft) {
    ctx.signals.raise(request.category === 'transactional' ? 'transactional' : 'outbox');
  }
  return acceptance;
}

/** Whoever may not ask is told so, and nothing else. */
async function confirmed<T>(
  tx: OwnTransaction,
  confirm: Accepting['confirm'],
  work: (tx: OwnTransaction) => Promise<T>,
): Promise<T> {
  const [known, done] = await Promise.allSettled([confirm?.(tx), work(tx)]);
  if (known.status === 'rejected' && known.reason instanceof AppError) throw known.reason;
  // A statement that fails makes those behind it fail: what was wrong with the first is what there is to say.
  if (done.status === 'rejected') throw done.reason;
  if (known.status === 'rejected') throw known.reason;
  return done.value;
}

function dueAtOf({ send_at }: MessageRequest, now: Instant): Instant {
  if (send_at === undefined) return now;
  const at = Date.parse(send_at);
  if (at - now > AHEAD_MS_MAX) {
    throw invalid(say('The request is not valid.'), [{ path: 'send_at', ...says('is more than a year ahead.') }]);
  }
  return Math.max(at, now);
}

/** In two rounds to the database: what the call means and what is known of the people; then the messages, with the commit. */
async function accept(
  tx: OwnTransaction,
  ctx: Context,
  request: MessageRequest,
  {
    now,
    dueAt,
    departure,
  }: { readonly now: Instant; readonly dueAt: Instant; readonly departure: Departure | undefined },
): Promise<Acceptance> {
  const recipients = Array.isArray(request.to) ? request.to : [request.to];
  const transactional = request.category === 'transactional';
  const lane = transactional ? 'transactional' : 'campaign';
  const call = { template: request.template, channel: request.channel, topic: request.topic, lane } as const;
  const expected = expectedApiSend(call);
  const fields = expected && departure?.profileFields(expected);
  const about = { channel: CHANNEL, topic: request.topic, fields: fields ?? [] };
  const preferring = preferIndexes(tx, 'transaction');
  const [channel, template, people, recalled, ids] = await Promise.all([
    request.channel === undefined ? onlyChannel(tx) : loadChannel(tx, request.channel),
    loadApiTemplate(tx, request.template),
    resolveRecipients(tx, recipients, { now, ...about }),
    recallApiSend(tx, call),
    drawMessageIds(tx, recipients.length),
    ensureMessagePartition(tx, now),
    preferring,
  ]);
  if (!transactional && template.newest.definition.transactional) {
    const said = says('"{template}" is a transactional template: it has no way to unsubscribe.', {
      template: request.template,
    });
    throw invalid(say('The request is not valid.'), [{ path: 'template', ...said }]);
  }
  const given = recipients.map((recipient) => ({ ...request.variables, ...recipient.variables }) as JsonObject);
  checkVariables(request, template, given);
  const data = given.map((variables) => pick(variables, template.variables));
  checkSizes(request, data);

  const { sendId, state } = await ensureApiSend(tx, ctx, call, {
    channel,
    newest: template.newest,
    consent: transactional ? 'none' : 'opt-in',
    settings: { stop_loss: false },
    recalled,
  });
  const rows = people.map((person, index): ExpressMessage => {
    const judged = judge(person, request);
    return {
      bucket: person.bucket,
      messageId: ids[index] ?? 0,
      sendId,
      profileId: person.profileId,
      instanceId: null,
      address: judged.address,
      data: data[index] ?? {},
      lane,
      channelKey: channel.key,
      outcome: judged.reason === null ? 'queue' : { exclude: judged.reason },
      dueAt,
      values: person.facts.values,
    };
  });
  // A send that stands still holds its messages, which claims see to.
  const isExpected = fields !== undefined && sendId === expected?.sendId && state === 'sending';
  const claimedBy = isExpected ? departure?.claim({ channelKey: channel.key, sendId }, rows) : undefined;
  await insertMessages(
    tx.withCommit,
    rows.map((row) => (row.outcome === 'queue' ? { ...row, claimedBy } : row)),
    now,
  );
  const messages = rows.map(
    ({ outcome, ...row }): AcceptedMessage => ({
      id: messageReference(row),
      state: outcome !== 'queue' ? 'excluded' : dueAt > now ? 'scheduled' : 'queued',
      reason: outcome === 'queue' ? null : outcome.exclude,
    }),
  );
  const excluded = messages.filter((message) => message.state === 'excluded').length;
  return { messages, queued: messages.length - excluded, excluded, repeated: false };
}

/** A password reset without its link helps nobody: what the template reads must be there, if only as null. */
function checkVariables(request: MessageRequest, template: ApiTemplate, data: readonly JsonObject[]): void {
  const needed = template.variables?.filter((name) => !template.defaults.has(`row.${name}`)) ?? [];
  const problems: Problem[] = data.flatMap((given, index) =>
    needed
      .filter((name) => !Object.hasOwn(given, name))
      .map((name) => ({
        path: Array.isArray(request.to) ? `to.${index}.variables.${name}` : `variables.${name}`,
        ...says('Template "{template}" reads row.{name}, and no value is given.', { template: request.template, name }),
        expected: 'a value, or null',
      })),
  );
  if (problems.length > 0) throw invalid(say('The template needs more variables.'), problems.slice(0, PROBLEMS_MAX));
}

const PROBLEMS_MAX = 100;
/** What is kept of one message, in characters of JSON: delivery has thousands of them in memory at a time. */
const DATA_CHARS_MAX = 131_072;
/** Of all messages of one call: what it says about all recipients is kept for each. */
const CALL_CHARS_MAX = 16 * 1024 * 1024;

function checkSizes(request: MessageRequest, data: readonly JsonObject[]): void {
  const sizes = data.map((kept) => JSON.stringify(kept).length);
  const problems: Problem[] = sizes.flatMap((size, index) =>
    size <= DATA_CHARS_MAX
      ? []
      : [
          {
            path: Array.isArray(request.to) ? `to.${index}.variables` : 'variables',
            ...says('What the template reads of them has {size} characters; {max} are allowed.', {
              size,
              max: DATA_CHARS_MAX,
            }),
          },
        ],
  );
  const size = sizes.reduce((sum, each) => sum + each, 0);
  if (size > CALL_CHARS_MAX) {
    const said = says('The variables of all its messages have {size} characters; {max} are allowed.', {
      size,
      max: CALL_CHARS_MAX,
    });
    problems.unshift({ path: 'variables', ...said });
  }
  if (problems.length > 0) throw invalid(say('The request is not valid.'), problems.slice(0, PROBLEMS_MAX));
}

function judge(
  { facts, ...person }: Addressee,
  request: MessageRequest,
): { readonly address: string | null; readonly reason: ExclusionReason | null } {
  const address = person.address ?? facts.email;
  const consent = request.category === 'transactional' ? 'none' : 'opt-in';
  const verdict = judgeRecipient({
    address,
    suppressed: facts.suppressed,
    consents: facts.consents,
    send: { channel: CHANNEL, topic: request.topic, consent },
  });
  if (!facts.found) {
    // An address that cannot be one names nobody, and that is what its sender can mend.
    const reason = person.address !== null && verdict.kind === 'exclude' ? verdict.reason : 'no_profile';
    return { address, reason };
  }
  return verdict.kind === 'queue' ? { address: verdict.address, reason: null } : { address, reason: verdict.reason };
}

/** Only what the template reads is kept. */
function pick(data: JsonObject, names: readonly string[] | undefined): JsonObject {
  if (names === undefined) return data;
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(data, name) ? [[name, data[name] ?? null]] : [])));
}
