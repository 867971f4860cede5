// Owns: what follows from the provider's answer for one message.
// Does not own: the connection to the provider, or writing the answer down.
import { type EmailChannel, isGivenUp, retryAt, type SendResult } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Composing, composeEmail } from './compose.ts';
import type { LoadedSend } from './loaded-sends.ts';
import type { Settler } from './settler.ts';
import type { ClaimedRow } from './store-claim.ts';
import type { Outcome } from './store-settle.ts';

/** A claimed message with what composing it needs; `fields` names the row's profile values. */
export type Item = {
  readonly row: ClaimedRow;
  readonly loaded: LoadedSend;
  readonly fields: readonly string[];
  readonly workerId: number;
};

/** Retries of many messages that failed together must not come back together. */
const JITTER = 0.2;

type Deps = { readonly ctx: Context; readonly settler: Settler; readonly composing: Composing };

/**
 * Composes one message, hands it over and settles what came of it. Never throws. Resolves to the reason when the provider cannot be
 * used at all just now.
 */
export async function handOff(deps: Deps, channel: EmailChannel, item: Item): Promise<{ readonly down?: string }> {
  const { row, loaded, fields } = item;
  let result: SendResult;
  try {
    const email = composeEmail(deps.composing, loaded, row, fields);
    if ('kind' in email) {
      const aborted = email.reason === 'aborted';
      const reason = email.reason === 'template_error' ? 'render_error' : email.reason;
      settle(deps, item, { state: aborted ? 'excluded' : 'failed', reason, detail: email.detail });
      return {};
    }
    result = await channel.send(email);
  } catch (error) {
    // A fault of ours, not of the provider: it fails this message, visibly, and no other.
    deps.ctx.log.error({ err: error, message: row.messageId }, 'A message could not be handed over.');
    settle(deps, item, { state: 'failed', reason: 'internal_error', detail: String(error) });
    return {};
  }
  return conclude(deps, item, result);
}

function conclude(deps: Deps, item: Item, result: SendResult): { readonly down?: string } {
  deps.ctx.metrics.messages.inc({ channel: item.loaded.send.channelKey, outcome: result.kind });
  switch (result.kind) {
    case 'sent':
      settle(deps, item, { state: 'sent', reason: null, detail: result.detail });
      return {};
    case 'rejected':
      if (result.hardBounce) {
        const detail = `${result.reason}: ${result.detail}`;
        settle(deps, item, { state: 'failed', reason: 'hard_bounce', detail, hardBounce: true });
      } else settle(deps, item, { state: 'failed', reason: result.reason, detail: result.detail });
      return {};
    case 'unknown':
      if (item.loaded.settings.on_uncertain === 'resend') retry(deps, item, 'connection_lost', result.detail);
      else settle(deps, item, { state: 'uncertain', reason: 'connection_lost', detail: result.detail });
      return {};
    case 'retry':
      if (result.providerDown) {
        giveBack(deps, item);
        return { down: `${result.reason}: ${result.detail}` };
      }
      retry(deps, item, result.reason, result.detail);
      return {};
  }
}

type Ending = Pick<Outcome, 'state' | 'reason' | 'detail'> & { readonly hardBounce?: boolean };

function settle({ settler }: Deps, item: Item, ending: Ending): void {
  const { bucket, messageId, attempts } = item.row;
  settler.settle(item.workerId, {
    bucket,
    messageId,
    attempts,
    state: ending.state,
    reason: ending.reason,
    detail: ending.detail,
    hardBounce: ending.hardBounce ?? false,
    keepData: ending.state === 'uncertain' || (item.loaded.keepData && ending.state === 'sent'),
  });
}

function retry(deps: Deps, item: Item, reason: string, detail: string): void {
  const { row } = item;
  const now = deps.ctx.clock.now();
  const next = retryAt(row.attempts, now);
  const dueAt = Math.round(next + (next - now) * JITTER * Math.random());
  if (isGivenUp({ attempts: row.attempts, dueAt, deadlineAt: row.deadlineAt }, item.loaded.settings)) {
    settle(deps, item, { state: 'failed', reason: 'deadline', detail: `${reason}: ${detail}` });
    return;
  }
  const { bucket, messageId, attempts } = row;
  deps.settler.postpone(item.workerId, { bucket, messageId, attempts, dueAt, untried: false, state: 'queued' });
}

/** Back into the queue as if it had never been claimed. */
export function giveBack({ ctx, settler }: Pick<Deps, 'ctx' | 'settler'>, item: Item): void {
  const { bucket, messageId, attempts } = item.row;
  settler.postpone(item.workerId, {
    bucket,
    messageId,
    attempts,
    dueAt: ctx.clock.now(),
    untried: true,
    state: 'queued',
  });
}

/** What a claim refused: settled without anybody having been called. */
export function refuse({ ctx, settler }: Pick<Deps, 'ctx' | 'settler'>, workerId: number, row: ClaimedRow): void {
  const { bucket, messageId, attempts, verdict } = row;
  if (verdict === 'paused') {
    settler.postpone(workerId, { bucket, messageId, attempts, dueAt: ctx.clock.now(), untried: true, state: 'held' });
    return;
  }
  const state = verdict === 'deadline' ? 'failed' : 'excluded';
  settler.settle(workerId, {
    bucket,
    messageId,
    attempts,
    state,
    reason: verdict,
    detail: null,
    hardBounce: false,
    keepData: false,
  });
}
