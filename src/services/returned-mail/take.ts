// Owns: what a mail that came back to an envelope sender says, and of which message.
// Does not own: what a refusal means (core/channels), and what follows from one (services/deliveries).
// Invariants: 1. only an address that we made ourselves names a message, so nobody can have another one's address suppressed; 2. the same
// mail may come any number of times.
import PostalMime, { type Email } from 'postal-mime';
import {
  type Bounce,
  bounceOf,
  isComplaint,
  type MessageReference,
  readDeliveryStatus,
  verpReference,
} from '../../core/channels/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import { messageReference } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import { suppressAddresses } from '../consent/index.ts';
import { returnMessage } from '../deliveries/index.ts';
import { type FoundMessage, findEverywhere } from '../messages/index.ts';
import { keyedHash, recordComplaint } from '../tracking/index.ts';

/** What a returned mail came to. */
export type ReturnedMail = {
  /**
   * `bounced`: the message is failed from now on. `complained`: its address is suppressed from now on. `known`: either was so before.
   * `no_failure`: the server has not given up, or it is no report. `not_ours`: it names no message of this installation, or a forgotten one.
   */
  readonly outcome: 'bounced' | 'complained' | 'known' | 'no_failure' | 'not_ours';
  /** The id of the message. */
  readonly message: string | null;
  readonly reason: string | null;
};

/** Reports quote the header of what they are about; its beginning is enough. */
const SEARCHED_CHARS_MAX = 1024 * 1024;
const ADDRESS = /b\+[a-z2-7]{24}@/gi;
const ADDRESSES_MAX = 100;

type Returned = {
  /** The mail as it came. */
  readonly raw: string;
  /** To whom it came, where the mail server says so beside the mail. */
  readonly recipient?: string | undefined;
};

/**
 * Takes a mail that came to an address under the `return_path` of a channel. A report that a message could not be delivered fails it, as
 * if the provider had refused it at once. One that its reader called it spam is a reaction, and suppresses the address.
 * @throws AppError `unavailable` while the message is on its way: the report came before the answer to it was written down.
 */
export async function takeReturnedMail(ctx: Context, { raw, recipient = '' }: Returned): Promise<ReturnedMail> {
  const reference = findReference(ctx, `${recipient}\n${raw.slice(0, SEARCHED_CHARS_MAX)}`);
  const [message] = reference ? await findEverywhere(ctx.db, [reference]) : [];
  if (!message) return { outcome: 'not_ours', message: null, reason: null };
  const id = messageReference(message.asked);
  const said = await readReport(raw);
  if (said === undefined) return { outcome: 'no_failure', message: id, reason: null };
  if (message.state === 'sending') {
    throw new AppError('unavailable', say('The message is still on its way; send the report again in a moment.'));
  }
  return said === 'complaint' ? complain(ctx, message, id) : bounce(ctx, { message, id, why: said });
}

async function bounce(
  ctx: Context,
  { message, id, why }: { readonly message: FoundMessage; readonly id: string; readonly why: Bounce },
): Promise<ReturnedMail> {
  const { bucket, messageId } = message;
  const { hardBounce } = why;
  const reason = hardBounce ? 'hard_bounce' : why.reason;
  const detail = hardBounce ? `${why.reason}: ${why.detail}` : why.detail;
  const returned = { bucket, messageId, reason, detail, hardBounce };
  const { settled, told, called } = await returnMessage(ctx.db, returned, ctx.clock.now());
  if (told > 0) ctx.signals.raise('inbox');
  if (called > 0) ctx.signals.raise('calls');
  return settled > 0
    ? { outcome: 'bounced', message: id, reason }
    : { outcome: 'known', message: id, reason: message.reason };
}

/** The address first: should the rest fail, the report comes again, and nobody is written to meanwhile. */
async function complain(ctx: Context, message: FoundMessage, id: string): Promise<ReturnedMail> {
  const reason = 'complaint';
  if (message.address !== null) {
    await suppressAddresses(ctx, [message.address], { reason, detail: `message ${message.messageId}` });
  }
  if (message.reactions.some(({ kind }) => kind === 'complained')) return { outcome: 'known', message: id, reason };
  await recordComplaint(ctx, message);
  return { outcome: 'complained', message: id, reason };
}

/** The message that an envelope sender of ours names, wherever in the mail it stands. */
function findReference(ctx: Context, text: string): MessageReference | undefined {
  const hash = keyedHash(ctx.secret, 'bounce');
  const addresses = new Set(
    text
      .match(ADDRESS)
      ?.slice(0, ADDRESSES_MAX)
      .map((address) => address.toLowerCase()),
  );
  for (const address of addresses) {
    const reference = verpReference(address, hash);
    if (reference) return reference;
  }
  return undefined;
}

/** A complaint, or what the first recipient whom the server gave up on is told of; an answering machine sends no report at all. */
async function readReport(raw: string): Promise<Bounce | 'complaint' | undefined> {
  const mail = await parse(raw);
  for (const { mimeType, content } of mail?.attachments ?? []) {
    if (typeof content !== 'string') continue;
    if (mimeType === 'message/feedback-report' && isComplaint(content)) return 'complaint';
    if (mimeType !== 'message/delivery-status') continue;
    for (const status of readDeliveryStatus(content)) {
      const why = bounceOf(status);
      if (why) return why;
    }
  }
  return undefined;
}

/** Undefined when it is built in a way that no mail is. */
async function parse(raw: string): Promise<Email | undefined> {
  try {
    // A mail server that hands it to a program may put the line of an mbox in front.
    return await PostalMime.parse(raw.replace(/^From .*\r?\n/, ''), { attachmentEncoding: 'utf8' });
  } catch {
    // Nested or repeated beyond the limits of the parser: no report.
    return undefined;
  }
}
