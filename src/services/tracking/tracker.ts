import { isbot } from 'isbot';
import type { Instant } from '../../core/kernel/index.ts';
import {
  fromBase64Url,
  isMachine,
  isSignedUrl,
  type MessageToken,
  readToken,
  safeDestination,
} from '../../core/tracking/index.ts';
import type { Context } from '../../platform/context.ts';
import { followPlaces } from '../profiles/index.ts';
import { createRecentHits } from './recent-hits.ts';
import { createHitRecorder, type RecordedHit } from './record.ts';
import { keyedHash } from './sign.ts';
import {
  findPreferences,
  findTrackedSend,
  listLinkUrls,
  type Preferences,
  readSentAt,
  type TrackedSend,
} from './store.ts';

/** The request that a reader, or a machine, made. */
export type Visit = { readonly method: string; readonly userAgent: string | undefined };

/** A genuine link's message with its send. */
export type Tracked = { readonly token: MessageToken; readonly send: TrackedSend };

export type Tracker = {
  /** Undefined for anything that we did not sign, or whose send is gone. */
  resolve(token: string): Promise<Tracked | undefined>;
  opened(tracked: Tracked, visit: Visit): Promise<void>;
  /** Where a numbered link leads, after the click is recorded; undefined when the send has no such link. */
  clicked(tracked: Tracked, linkNo: number, visit: Visit): Promise<string | undefined>;
  /** The same for a link that carries its own signed address. */
  clickedTo(
    tracked: Tracked,
    token: string,
    address: { url: string; signature: string },
    visit: Visit,
  ): Promise<string | undefined>;
  /** At once and for good: the topic of the message, or the whole channel when it has none. */
  unsubscribed(tracked: Tracked): Promise<void>;
  /** What the preference page's form says. */
  preferred(tracked: Tracked, choices: readonly { topic: string; status: 'granted' | 'refused' }[]): Promise<void>;
  preferences(tracked: Tracked): Promise<Preferences | undefined>;
};

/** Sends whose links are kept in memory; links of a send never change. */
const SENDS_MAX = 500;
const URL_BYTES_MAX = 8_192;
/** A reader never waits longer than this for us to write down what they did. */
const PATIENCE_MS = 2_000;

type Hit = { readonly kind: 'opened' | 'clicked'; readonly linkNo: number | null; readonly url: string | null };
type KnownSend = { readonly send: TrackedSend; readonly urls: ReadonlyMap<number, string> };

export function createTracker(ctx: Context): Tracker {
  const hash = keyedHash(ctx.secret, 'tracking');
  const recorder = createHitRecorder(ctx);
  const recent = createRecentHits();
  const sends = createKnownSends(ctx);

  async function hit(tracked: Tracked, what: Hit, visit: Visit): Promise<void> {
    const at = ctx.clock.now();
    const { linksJustFollowed, tooMany } = recent.note(tracked.token.messageId, what.linkNo, at);
    if (!tooMany) await patiently(ctx, writeDown(tracked, what, visit, at, linksJustFollowed));
  }

  async function writeDown(tracked: Tracked, what: Hit, visit: Visit, at: Instant, linksJustFollowed: number) {
    const [sent] = await readSentAt(ctx.db, [await followMessage(ctx, tracked.token)]);
    const sinceSent = sent?.waiting ? 0 : sent?.settledAt ? at - sent.settledAt.getTime() : undefined;
    const { method, userAgent } = visit;
    const machine = isMachine({
      kind: what.kind,
      method,
      userAgent,
      crawler: isbot(userAgent),
      sinceSent,
      linksJustFollowed,
    });
    await recorder.record({
      ...tracked.token,
      send: tracked.send,
      ...what,
      machine,
      at,
      consents: [],
      source: 'tracking',
    });
  }

  async function spoken(tracked: Tracked, consents: RecordedHit['consents'], source: string): Promise<void> {
    const refused = consents.some((consent) => consent.status === 'refused');
    await recorder.record({
      ...tracked.token,
      send: tracked.send,
      kind: refused ? 'unsubscribed' : 'preferred',
      machine: false,
      linkNo: null,
      url: null,
      at: ctx.clock.now(),
      consents,
      source,
    });
  }

  return {
    async resolve(text) {
      const token = readToken(text, hash);
      const known = token && (await sends.get(token.sendId));
      return token && known ? { token, send: known.send } : undefined;
    },
    opened: (tracked, visit) => hit(tracked, { kind: 'opened', linkNo: null, url: null }, visit),
    async clicked(tracked, linkNo, visit) {
      const url = (await sends.get(tracked.token.sendId))?.urls.get(linkNo);
      const destination = url === undefined ? undefined : safeDestination(url);
      if (destination !== undefined) await hit(tracked, { kind: 'clicked', linkNo, url: destination }, visit);
      return destination;
    },
    async clickedTo(tracked, token, { url, signature }, visit) {
      const bytes = fromBase64Url(url, URL_BYTES_MAX);
      const text = bytes && new TextDecoder().decode(bytes);
      if (text === undefined || !isSignedUrl(token, text, signature, hash)) return undefined;
      const destination = safeDestination(text);
      if (destination !== undefined) await hit(tracked, { kind: 'clicked', linkNo: null, url: destination }, visit);
      return destination;
    },
    unsubscribed: (tracked) => spoken(tracked, [{ topic: tracked.send.topic, status: 'refused' }], 'one_click'),
    preferred: (tracked, choices) => spoken(tracked, choices, 'preference_page'),
    preferences: async ({ token, send }) =>
      findPreferences(ctx.db, { ...(await followMessage(ctx, token)), channel: send.channel }),
  };
}

/** Where a message and its person are by now: both go elsewhere when the person is merged. */
export async function followMessage(
  ctx: Context,
  { bucket, profileId, messageId }: MessageToken,
): Promise<{ readonly bucket: number; readonly profileId: number; readonly messageId: number }> {
  const [place] = await followPlaces(ctx.db, [{ bucket, profileId }]);
  return { ...(place ?? { bucket, profileId }), messageId };
}

/** The reader gets on whatever happens to our tables; the hit goes on being recorded behind the answer. */
async function patiently(ctx: Context, recorded: Promise<void>): Promise<void> {
  const answered = new AbortController();
  const settled = recorded.catch((error: unknown) => {
    ctx.log.warn({ err: error }, 'A hit on a tracking link was not recorded.');
  });
  await Promise.race([settled, ctx.clock.sleepUntil(ctx.clock.now() + PATIENCE_MS, answered.signal)]);
  answered.abort();
}

function createKnownSends(ctx: Context): { get(sendId: number): Promise<KnownSend | undefined> } {
  const known = new Map<number, KnownSend>();
  return {
    async get(sendId) {
      const existing = known.get(sendId);
      if (existing) return existing;
      const send = await findTrackedSend(ctx.db, sendId);
      if (!send) return undefined;
      const links = await listLinkUrls(ctx.db, sendId);
      const loaded = { send, urls: new Map(links.map((link) => [link.linkNo, link.url])) };
      known.set(sendId, loaded);
      for (const oldest of known.keys()) {
        if (known.size <= SENDS_MAX) break;
        known.delete(oldest);
      }
      return loaded;
    },
  };
}
