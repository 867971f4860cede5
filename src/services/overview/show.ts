// Owns: what happens now, in one answer for whoever looks. Does not own: anything that it tells of.
// Invariants: 1. it reads counters, marks and what waits, never messages or people; 2. everybody who looks within a second gets the
// same answer, made once.
import type { Account, Lane } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { listChannels } from '../channels/index.ts';
import { type JourneyInForce, listJourneysInForce } from '../journeys/index.ts';
import { accountOf, addAccounts, countedSince, wholeAccountOf } from './account.ts';
import { createPaces } from './pace.ts';
import { type CountedSend, selectCountedSends, selectOldestWaiting } from './store.ts';
import { findWaits, type Wait } from './waits.ts';

const DAY_MS = 86_400_000;
const SHARED_MS = 1_000;
/** Of what is listed at most so many are named; the sums are of all. */
const JOURNEYS_MAX = 20;
const SENDS_MAX = 20;

export type SendNow = Pick<
  CountedSend,
  'send_id' | 'run_id' | 'activity' | 'campaign_key' | 'campaign_name' | 'template_key' | 'channel' | 'lane' | 'state'
> & {
  readonly account: Account;
  /** Messages settled a minute lately; null before that is known. */
  readonly per_minute: number | null;
  /** When it will be through at that pace. */
  readonly ends_at: Date | null;
};

export type LaneHealth = {
  readonly lane: Lane;
  readonly waiting: number;
  /** Since when the longest-waiting message could have left. */
  readonly oldest_at: Date | null;
  readonly account: Account;
};

export type ChannelHealth = {
  readonly channel_key: string;
  readonly channel: string;
  readonly provider: string;
  readonly sent: number;
  readonly failed: number;
  readonly bounced: number;
  readonly uncertain: number;
  readonly unsubscribed: number;
};

export type Overview = {
  readonly at: Date;
  /** The account holds what was settled since then and what is not settled yet. */
  readonly since: Date;
  readonly account: Account;
  readonly waits: readonly Wait[];
  /** More of some kind wait than are named. */
  readonly more_waits: boolean;
  /** Campaigns of which something is sending, and all open sends of campaigns, of which `sends` are the newest. */
  readonly campaigns_sending: number;
  readonly sends_open: number;
  readonly sends: readonly SendNow[];
  readonly lanes: readonly LaneHealth[];
  readonly channels: readonly ChannelHealth[];
  /** All journeys in force with everybody in them; `journeys` are the fullest. */
  readonly journeys_in_force: number;
  readonly inside: number;
  readonly journeys: readonly JourneyInForce[];
};

/** Answers what happens now. */
export function createOverview(ctx: Context): { show(): Promise<Overview> } {
  const paces = createPaces();
  let shared: { readonly until: Instant; readonly overview: Promise<Overview> } | undefined;

  async function look(): Promise<Overview> {
    const now = ctx.clock.now();
    const since = now - DAY_MS;
    const sends = await selectCountedSends(ctx.db, since);
    const [{ waits, more }, lanes, channels, journeys] = await Promise.all([
      findWaits(ctx, sends),
      lanesOf(ctx, sends),
      channelsOf(ctx, sends),
      listJourneysInForce(ctx),
    ]);
    const open = sends.filter((send) => send.campaign_key !== null && isOpen(send));
    const pace = paces.note(new Map(open.map((send) => [send.send_id, settled(wholeAccountOf(send))])), now);
    return {
      at: new Date(now),
      since: new Date(since),
      account: addAccounts(sends.map(accountOf)),
      waits,
      more_waits: more,
      campaigns_sending: new Set(open.flatMap(({ state, campaign_key: key }) => (state === 'sending' ? [key] : [])))
        .size,
      sends_open: open.length,
      sends: open.slice(0, SENDS_MAX).map((send) => sendNow(send, pace.get(send.send_id), now)),
      lanes,
      channels,
      journeys_in_force: journeys.length,
      inside: journeys.reduce((sum, journey) => sum + journey.inside, 0),
      journeys: [...journeys].sort((a, b) => b.inside - a.inside).slice(0, JOURNEYS_MAX),
    };
  }

  return {
    show() {
      const now = ctx.clock.now();
      if (!shared || now >= shared.until) shared = { until: now + SHARED_MS, overview: look() };
      return shared.overview;
    },
  };
}

const isOpen = ({ state }: CountedSend) => state === 'prepared' || state === 'sending' || state === 'paused';
const settled = (account: Account) => account.sent + account.failed + account.uncertain;

function sendNow(send: CountedSend, pace: number | undefined, now: Instant): SendNow {
  const { send_id, run_id, activity, campaign_key, campaign_name, template_key, channel, lane, state } = send;
  const account = wholeAccountOf(send);
  const left = account.queued + account.sending;
  const moves = state === 'sending' && pace !== undefined && pace > 0;
  return {
    ...{ send_id, run_id, activity, campaign_key, campaign_name, template_key, channel, lane, state },
    account,
    per_minute: state === 'sending' && pace !== undefined ? Math.round(pace) : null,
    ends_at: moves ? new Date(now + (left / pace) * 60_000) : null,
  };
}

async function lanesOf(ctx: Context, sends: readonly CountedSend[]): Promise<LaneHealth[]> {
  const places = [...new Map(sends.map((it) => [`${it.lane} ${it.channel_key}`, it])).values()];
  const oldest = await selectOldestWaiting(ctx.db, places);
  const lanes = ['transactional', 'journey', 'campaign'] as const;
  return lanes.map((lane) => {
    const account = addAccounts(sends.filter((send) => send.lane === lane).map(accountOf));
    const due = oldest.flatMap((place) => (place.lane === lane && place.due_at ? [place.due_at.getTime()] : []));
    return {
      lane,
      waiting: account.queued + account.sending,
      oldest_at: due.length === 0 ? null : new Date(Math.min(...due)),
      account,
    };
  });
}

async function channelsOf(ctx: Context, sends: readonly CountedSend[]): Promise<ChannelHealth[]> {
  const providers = new Map((await listChannels(ctx.db)).map((channel) => [channel.key, channel.provider]));
  const keys = [...new Set(sends.map((send) => send.channel_key))].sort();
  return keys.map((channel_key) => {
    const its = sends.filter((send) => send.channel_key === channel_key);
    const count = (name: string) => its.reduce((sum, send) => sum + countedSince(send, name), 0);
    return {
      channel_key,
      channel: its[0]?.channel ?? 'email',
      provider: providers.get(channel_key) ?? 'sandbox',
      sent: count('sent'),
      failed: count('failed'),
      bounced: count('failed hard_bounce'),
      uncertain: its.reduce((sum, send) => sum + accountOf(send).uncertain, 0),
      unsubscribed: count('unsubscribed'),
    };
  });
}
