import { withAsciiDomain } from '../../core/channels/index.ts';
import type { CompiledTemplate, Mailbox } from '../../core/content/index.ts';
import type { FrozenSettings } from '../../core/deliveries/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { loadChannel } from '../channels/index.ts';
import { loadTemplateOfSend } from '../templates/index.ts';
import { findSend, type SendRow } from './store-send.ts';
import { namesIn } from './template.ts';

/** A send with everything that composing its messages needs. */
export type LoadedSend = {
  readonly send: SendRow;
  readonly settings: FrozenSettings;
  readonly template: CompiledTemplate;
  /** Names of profile columns and traits that the template reads. */
  readonly profileFields: readonly string[];
  /** The template's `campaign` variables. */
  readonly campaign: Readonly<Record<string, unknown>>;
  readonly from: Mailbox;
  readonly replyTo: Mailbox | undefined;
  /** The domain of the visible sender. */
  readonly domain: string;
  /** The domain that bounces come back to; undefined: to the sender. */
  readonly returnPath: string | undefined;
  readonly unsubscribable: boolean;
  /** The template links its mirror page, so the row variables must outlive the message. */
  readonly keepData: boolean;
};

/** Sends kept at the same time; the one used longest ago makes room. */
const SENDS_MAX = 200;
/** Traits are unknown in number; a template that computes names gets the reserved columns. */
const RESERVED = ['email', 'phone', 'locale', 'time_zone'];

export type LoadedSends = {
  get(sendId: number): LoadedSend | undefined;
  load(db: Queryable, sendId: number): Promise<LoadedSend>;
  /** All profile fields that the kept sends read. */
  profileFields(): readonly string[];
};

export function createLoadedSends(): LoadedSends {
  const kept = new Map<number, LoadedSend>();
  let fields: readonly string[] = [];
  return {
    get: (sendId) => kept.get(sendId),
    async load(db, sendId) {
      const loaded = kept.get(sendId) ?? (await loadSend(db, sendId));
      kept.delete(sendId);
      kept.set(sendId, loaded);
      for (const oldest of kept.keys()) {
        if (kept.size <= SENDS_MAX) break;
        kept.delete(oldest);
      }
      fields = [...new Set([...kept.values()].flatMap((one) => one.profileFields))];
      return loaded;
    },
    profileFields: () => fields,
  };
}

async function loadSend(db: Queryable, sendId: number): Promise<LoadedSend> {
  const send = await findSend(db, sendId);
  if (!send) throw notFound('send', String(sendId));
  const channel = await loadChannel(db, send.channelKey);
  // What a campaign is to its messages, a journey is to those of its steps.
  const campaignKey = send.campaignKey ?? send.journeyKey;
  const template = await loadTemplateOfSend(db, { ...send, campaignKey });
  const sender = template.from ?? channel.from;
  const from = { ...sender, email: withAsciiDomain(sender.email) };
  const replyTo = template.replyTo ?? (channel.reply_to === undefined ? undefined : { email: channel.reply_to });
  const domain = from.email.slice(from.email.lastIndexOf('@') + 1).toLowerCase();
  const unsubscribable = send.settings.consent !== 'none';
  return {
    send,
    settings: send.settings,
    template,
    profileFields: namesIn(template.variables, 'profile') ?? RESERVED,
    campaign: {
      key: campaignKey ?? '',
      name: send.campaignName ?? campaignKey ?? '',
      run_id: send.runId ?? 0,
      activity: send.activity ?? '',
    },
    from,
    replyTo,
    domain,
    returnPath: channel.return_path,
    unsubscribable,
    keepData: template.variables.includes('message.mirror_url'),
  };
}
