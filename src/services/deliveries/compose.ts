import { verpAddress } from '../../core/channels/index.ts';
import type { ComposeFailure } from '../../core/content/index.ts';
import { bulkHeaders, type Email, messageIdHeader } from '../../core/deliveries/index.ts';
import { type KeyedHash, signUrl, toBase64Url, trackingUrls, writeToken } from '../../core/tracking/index.ts';
import type { LoadedSend } from './loaded-sends.ts';
import type { ClaimedRow } from './store-claim.ts';

/** What composing needs besides the message: where links lead, and the keys that sign them. */
export type Composing = {
  readonly publicUrl: string;
  readonly trackingHash: KeyedHash;
  readonly bounceHash: KeyedHash;
};

/** One message for the wire, or why this person's message cannot be made. `profileFields` names the row's `values`. */
export function composeEmail(
  composing: Composing,
  loaded: LoadedSend,
  row: ClaimedRow,
  profileFields: readonly string[],
): Email | ComposeFailure {
  const { send } = loaded;
  const token = writeToken({ ...row }, composing.trackingHash);
  const urls = trackingUrls(composing.publicUrl, token);
  const vars = {
    profile: profileOf(row, profileFields),
    row: row.data,
    campaign: loaded.campaign,
    message: {
      id: String(row.messageId),
      unsubscribe_url: urls.unsubscribe,
      preferences_url: urls.unsubscribe,
      mirror_url: urls.mirror,
    },
  };
  const composed = loaded.template.compose({
    vars,
    tracking: {
      linkBase: urls.clickBase,
      trackedUrl: (url) =>
        urls.clickTo(toBase64Url(new TextEncoder().encode(url)), signUrl(token, url, composing.trackingHash)),
      pixelUrl: urls.open,
    },
    envelope: {
      from: loaded.from,
      to: { email: row.address },
      ...(loaded.replyTo ? { replyTo: loaded.replyTo } : {}),
      messageId: messageIdHeader(row.messageId, row.sendId, loaded.domain),
      date: row.queuedAt,
      headers: bulkHeaders({
        sendId: row.sendId,
        campaignKey: send.campaignKey ?? send.journeyKey,
        topic: send.topic,
        lane: send.lane,
        domain: loaded.domain,
        unsubscribeUrl: loaded.unsubscribable ? urls.unsubscribe : undefined,
      }),
    },
  });
  if (composed.kind === 'failed') return composed;
  return {
    key: String(row.messageId),
    envelopeFrom: loaded.returnPath ? verpAddress(row, loaded.returnPath, composing.bounceHash) : loaded.from.email,
    to: row.address,
    from: loaded.from.email,
    subject: composed.subject,
    raw: composed.raw,
    bucket: row.bucket,
    sendId: row.sendId,
    profileId: row.profileId,
    urgent: send.lane === 'transactional',
  };
}

function profileOf(row: ClaimedRow, fields: readonly string[]): Record<string, unknown> {
  const profile: Record<string, unknown> = {};
  for (const [position, name] of fields.entries()) {
    const value = row.values[position];
    if (value !== null && value !== undefined) profile[name] = value;
  }
  profile.id = row.profileId;
  return profile;
}
