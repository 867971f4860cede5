import type { ChannelDefinition } from '../../core/channels/index.ts';
import type { ConsentMode } from '../../core/consent/index.ts';
import {
  freezeSettings,
  type Lane,
  SendSettings,
  type SendSettingsInput,
  type SendState,
} from '../../core/deliveries/index.ts';
import { parseWith, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { sha256 } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { insertSendLinks } from './store-prepare.ts';
import { findStandingSend, insertStandingSend, type JourneyStep } from './store-standing.ts';
import type { NewestTemplate } from './template.ts';

export type StandingSendInput = {
  readonly channel: ChannelDefinition;
  readonly newest: NewestTemplate;
  readonly topic?: string | undefined;
  readonly consent: ConsentMode;
  readonly lane: Lane;
  readonly settings?: SendSettingsInput | undefined;
  readonly blast?: boolean | undefined;
};

type Making = StandingSendInput & { readonly journey: JourneyStep | undefined };

/** A send that takes messages, and the key that says all that is frozen in it. */
export type StandingRef = { readonly sendId: number; readonly standingKey: string; readonly state: SendState };

/**
 * Finds or makes a send that stays open while it is empty. Everything that its messages are made of is frozen in it. `recalled`: one
 * that was found in this transaction, and may be the one.
 */
export async function makeStandingSend(
  tx: Transaction,
  ctx: Context,
  input: Making,
  recalled?: StandingRef,
): Promise<StandingRef> {
  const { channel, topic = '', consent, lane, newest, journey } = input;
  const { key: channelKey } = channel;
  const { key: templateKey } = newest.definition;
  const given = parseWith(SendSettings, input.settings ?? {}, say('The settings of the send'));
  const settings = freezeSettings({ settings: given, consent, lane, blast: input.blast, channel });
  const { version, source } = newest;
  const standingKey = journey
    ? `journey ${journey.journeyKey} ${journey.version} ${journey.node}`
    : `api ${sha256(JSON.stringify([channelKey, templateKey, version, topic, lane, settings, source])).toString('base64url')}`;
  if (recalled?.standingKey === standingKey) return recalled;
  const known = await findStandingSend(tx, standingKey);
  if (known !== undefined) return { ...known, standingKey };
  const made = await insertStandingSend(tx, {
    standingKey,
    journey,
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
  if (made.isNew) await insertSendLinks(tx, made.sendId, newest.template.links);
  return { sendId: made.sendId, standingKey, state: made.state };
}
