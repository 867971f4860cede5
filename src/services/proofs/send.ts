import type { ChannelDefinition } from '../../core/channels/index.ts';
import type { CompiledTemplate } from '../../core/content/index.ts';
import type { EmailChannel, SendResult } from '../../core/deliveries/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { loadChannel, type OpenChannel } from '../channels/index.ts';
import { composeSample, loadSample, type Sample, type SampleRequest } from '../templates/index.ts';
import { nextMessageIds } from './store.ts';

/** How many addresses one proof goes to. */
export const PROOF_ADDRESSES_MAX = 20;

export type ProofRequest = SampleRequest & {
  readonly to: readonly string[];
  /** The key of the channel it goes through. */
  readonly channel: string;
};

export type ProofResult = { readonly to: string; readonly sent: boolean; readonly detail: string };

/**
 * Sends a template to test addresses as one person would get it, marked [Proof]. Its links are plain: what testers click is not
 * counted. @throws AppError `not_found`, `invalid`, and `invalid` when the template fails for this person
 */
export async function sendProof(ctx: Context, open: OpenChannel, request: ProofRequest): Promise<ProofResult[]> {
  if (request.to.length === 0 || request.to.length > PROOF_ADDRESSES_MAX) {
    throw new AppError('invalid', say('A proof goes to 1 to {max} addresses.', { max: PROOF_ADDRESSES_MAX }));
  }
  const sample = await loadSample(ctx, request);
  const definition = await loadChannel(ctx.db, request.channel);
  const ids = await nextMessageIds(ctx.db, request.to.length);
  const channel = await open(ctx, definition);
  try {
    return await Promise.all(
      request.to.map(async (to, index) => {
        const result = await sendOne({ ctx, channel, definition, sample, to, messageId: ids[index] ?? 0 });
        return { to, sent: result.kind === 'sent', detail: result.detail };
      }),
    );
  } finally {
    await channel.close();
  }
}

async function sendOne(proof: {
  readonly ctx: Context;
  readonly channel: EmailChannel;
  readonly definition: ChannelDefinition;
  readonly sample: Sample;
  readonly to: string;
  readonly messageId: number;
}): Promise<SendResult> {
  const { ctx, channel, definition, sample, to, messageId } = proof;
  const template: CompiledTemplate = sample.template;
  const from = template.from ?? definition.from;
  const composed = composeSample(template, sample.vars, {
    from,
    to: { email: to },
    messageId: `proof.${messageId}@${from.email.slice(from.email.lastIndexOf('@') + 1)}`,
    date: ctx.clock.now(),
    headers: [['X-Carillon-Proof', 'yes']],
    subjectPrefix: '[Proof] ',
  });
  if (composed.kind === 'failed') {
    throw new AppError(
      'invalid',
      say('The template makes no message for this person ({reason}): {detail}', {
        reason: composed.reason,
        detail: composed.detail,
      }),
    );
  }
  return channel.send({
    key: String(messageId),
    envelopeFrom: from.email,
    to,
    from: from.email,
    subject: composed.subject,
    raw: composed.raw,
    bucket: sample.person.bucket,
    sendId: 0,
    profileId: sample.person.profileId,
  });
}
