import type { ConsentMode } from '../../core/consent/index.ts';
import { freezeSettings, type Lane, SendSettings, type SendSettingsInput } from '../../core/deliveries/index.ts';
import { parseWith } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { sha256 } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { loadChannel } from '../channels/index.ts';
import { insertSendLinks } from './store-prepare.ts';
import { findJourneySend, findStandingSend, insertStandingSend } from './store-standing.ts';
import { loadNewestTemplate } from './template.ts';

export type StandingSendInput = {
  readonly channelKey: string;
  readonly templateKey: string;
  readonly topic?: string | undefined;
  readonly consent: ConsentMode;
  readonly lane: Lane;
  readonly settings?: SendSettingsInput | undefined;
  readonly of:
    | { readonly kind: 'journey'; readonly journeyKey: string; readonly version: number; readonly node: string }
    | { readonly kind: 'api' };
};

/** Finds or makes a send that stays open; one of a journey keeps its template for ever, those of the API follow what is published. */
export async function ensureStandingSend(tx: Transaction, ctx: Context, input: StandingSendInput): Promise<number> {
  const { of, channelKey, templateKey, topic = '', consent, lane } = input;
  if (of.kind === 'journey') {
    const known = await findJourneySend(tx, of);
    if (known !== undefined) return known;
  }
  const channel = await loadChannel(tx, channelKey);
  const journeyKey = of.kind === 'journey' ? of.journeyKey : null;
  const { template, version, source } = await loadNewestTemplate(tx, { templateKey, campaignKey: journeyKey });
  const given = parseWith(SendSettings, input.settings ?? {}, 'The settings of the send');
  const settings = freezeSettings({ settings: given, consent, lane, channel });
  const standingKey =
    of.kind === 'journey'
      ? `journey ${of.journeyKey} ${of.version} ${of.node}`
      : `api ${sha256(JSON.stringify([channelKey, templateKey, version, topic, lane, settings, source])).toString('base64url')}`;
  const known = await findStandingSend(tx, standingKey);
  if (known !== undefined) return known;
  const made = await insertStandingSend(tx, {
    standingKey,
    journey: of.kind === 'journey' ? of : undefined,
    channel: 'email',
    channelKey,
    templateKey,
    templateVersion: version,
    content: source,
    lane,
    topic,
    settings,
    now: ctx.clock.now(),
  });
  if (made.isNew) await insertSendLinks(tx, made.sendId, template.links);
  return made.sendId;
}
