import { CampaignDefinition, type CampaignInput } from '../../core/campaigns/index.ts';
import { AppError, type Instant, invalid, parseWith, say, says } from '../../core/kernel/index.ts';
import { campaignOf, type MailingRequest, problemOfRequest } from '../../core/mailings/index.ts';
import type { Context } from '../../platform/context.ts';
import { randomSecret } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { startRun } from '../campaigns/index.ts';
import { onlyChannel } from '../channels/index.ts';
import { applyWithin, loadWorld, plainDocument } from '../definitions/index.ts';
import { answerOnce } from '../messages/index.ts';

const AHEAD_MS_MAX = 366 * 86_400_000;

export type StartedMailing = {
  /** The key of the campaign that it is. */
  readonly id: string;
  readonly runId: number;
  readonly startsAt: string;
  /** The answer is that of an earlier call with the same idempotency key; nothing was done now. */
  readonly repeated: boolean;
};

/**
 * Sends a template to an audience, or to whom a rule names, as marketing: a campaign of two activities, published and begun in one
 * transaction. @throws AppError `invalid`, `not_found`, `conflict` for a key that came with another request.
 */
export async function startMailing(
  ctx: Context,
  request: MailingRequest,
  idempotencyKey: string | undefined = request.idempotency_key,
): Promise<StartedMailing> {
  const now = ctx.clock.now();
  const sendAt = sendAtOf(request, now);
  return ctx.db.transaction(async (tx) => {
    const work = () => begin(tx, { request, sendAt, now });
    if (idempotencyKey === undefined) return { ...(await work()), repeated: false };
    const { idempotency_key: _, ...content } = request;
    const call = { key: idempotencyKey, content: { mailing: content }, now };
    const { answer, repeated } = await answerOnce(tx, call, work);
    return { ...answer, repeated };
  });
}

function sendAtOf({ send_at }: MailingRequest, now: Instant): Instant | undefined {
  if (send_at === undefined) return undefined;
  const at = Date.parse(send_at);
  if (at - now <= AHEAD_MS_MAX) return at;
  throw invalid(say('The request is not valid.'), [{ path: 'send_at', ...says('is more than a year ahead.') }]);
}

async function begin(
  tx: Transaction,
  call: { readonly request: MailingRequest; readonly sendAt: Instant | undefined; readonly now: Instant },
): Promise<Omit<StartedMailing, 'repeated'>> {
  const { request, sendAt, now } = call;
  await mustUnsubscribe(tx, request.template);
  const key = `api-${randomSecret()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 16)}`;
  const channel = request.channel ?? (await onlyChannel(tx)).key;
  const campaign = campaignOf({ ...request, channel }, { key, sendAt });
  const { definition, version } = await publish(tx, campaign, now);
  const { runId, startsAt } = await startRun(tx, { definition, version, mode: 'live', now });
  return { id: key, runId, startsAt: new Date(startsAt).toISOString() };
}

/** What is wrong is said of the request: nobody who made it has seen the campaign. */
async function publish(tx: Transaction, campaign: CampaignInput, now: Instant) {
  try {
    const definition = parseWith(CampaignDefinition, campaign, say('The request'));
    const [applied] = await applyWithin(tx, { documents: [plainDocument(definition)], publish: true, now });
    return { definition, version: applied?.version ?? 1 };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid') throw error;
    throw invalid(say('The request is not valid.'), error.problems.map(problemOfRequest));
  }
}

async function mustUnsubscribe(tx: Transaction, key: string): Promise<void> {
  const world = await loadWorld(tx, { states: ['published'], batch: [] });
  const template = world.definitionsOf('template').find((one) => one.key === key);
  if (!template?.transactional) return;
  const said = says('"{template}" is a transactional template: it has no way to unsubscribe.', { template: key });
  throw invalid(say('The request is not valid.'), [{ path: 'template', ...said }]);
}
