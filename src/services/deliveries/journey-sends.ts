import type { ConsentMode } from '../../core/consent/index.ts';
import type { SendSettingsInput } from '../../core/deliveries/index.ts';
import { asId, type SendId } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { loadChannel } from '../channels/index.ts';
import { pauseSendWithin } from './pause.ts';
import { resumeSendWithin } from './resume.ts';
import { makeStandingSend } from './standing-send.ts';
import { stopSend } from './stop.ts';
import { clearStanding, findJourneySend, listJourneySends } from './store-standing.ts';
import { loadNewestTemplate } from './template.ts';

export type JourneySendInput = {
  readonly journeyKey: string;
  readonly version: number;
  /** The step. */
  readonly node: string;
  readonly channelKey: string;
  readonly templateKey: string;
  readonly topic?: string | undefined;
  readonly consent: ConsentMode;
  readonly settings?: SendSettingsInput | undefined;
  /** The journey reads an audience: what waits for its turn is not too late. */
  readonly blast?: boolean | undefined;
};

/**
 * The one send that all messages of one step of one version of a journey belong to; made at the first call, with the template as it
 * is then. Safe when several make it at once. @throws `not_found` for an unknown channel or template, `invalid` for bad settings.
 */
export async function ensureJourneySend(tx: Transaction, ctx: Context, input: JourneySendInput): Promise<SendId> {
  const { journeyKey, version, node, channelKey, templateKey, ...given } = input;
  const step = { journeyKey, version, node };
  const known = await findJourneySend(tx, step);
  if (known !== undefined) return asId<SendId>(known);
  const newest = await loadNewestTemplate(tx, { templateKey, campaignKey: journeyKey });
  const channel = await loadChannel(tx, channelKey);
  const made = await makeStandingSend(tx, ctx, { ...given, channel, lane: 'journey', newest, journey: step });
  return asId<SendId>(made.sendId);
}

type Sends = { readonly journeyKey: string; readonly version?: number | undefined };

/** Holds what the steps of a journey have queued, of all versions or of one. */
export async function pauseJourneySends(tx: Transaction, ctx: Context, sends: Sends, reason: string): Promise<void> {
  for (const send of await listJourneySends(tx, sends)) {
    if (send.state === 'sending') await pauseSendWithin(tx, ctx, send.sendId, reason);
  }
}

/** Lets go what was held. */
export async function resumeJourneySends(tx: Transaction, ctx: Context, sends: Sends): Promise<void> {
  for (const send of await listJourneySends(tx, sends)) {
    if (send.state === 'paused') await resumeSendWithin(tx, ctx, send.sendId);
  }
}

/** Ends the sends of a journey that is stopped; what has not left is excluded as stopped. Returns how many messages that is. */
export async function stopJourneySends(tx: Transaction, ctx: Context, sends: Sends, reason: string): Promise<number> {
  let stopped = 0;
  for (const send of await listJourneySends(tx, sends)) stopped += await stopSend(tx, ctx, send.sendId, reason);
  return stopped;
}

/** No message will be added any more: the sends finish once they are empty. For versions that nobody is in. */
export async function finishJourneySends(tx: Transaction, sends: Sends): Promise<void> {
  await clearStanding(tx, sends);
}
