// Owns: the live play of the demo: what the shop's web site tells, what people do with their mail, and the time that passes between.
// Does not own: anything that follows from it; that is the server's, which is spoken to as any web site and mail client would.
// Invariants: 1. time moves on only when nothing is left to do; 2. the same play for everybody: chance is seeded by people and steps.
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import { type TimeQueue, timeQueue } from '../../core/simulation/index.ts';
import type { JumpingClock } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { createSource, listSources } from '../sources/index.ts';
import { readMail } from './mail-client.ts';
import { seededRandom } from './random.ts';
import { DEMO_SHOP, PRODUCTS, type ShopSize } from './shop.ts';
import { type JourneyMail, lookAround, selectJourneyMails } from './store.ts';
import { pastOrders, purchase, type ShopEvent, shopStream } from './stream.ts';

export const PLAY_DAYS = 14;
/** More than there are. */
const SOURCES_MAX = 10_000;
/** What happens within one tick is told together. */
const TICK_MS = 60 * 60_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BATCH_EVENTS = 200;
/** How long the server may take over one tick before something must be wrong. */
const PATIENCE_MS = 60_000;
const POLL_MS = 4;

export type StreamPlay = {
  history: number;
  events: number;
  opened: number;
  clicked: number;
  unsubscribed: number;
  /** Orders of people who had just clicked. */
  orders: number;
};

type Intention = { readonly mail: JourneyMail; readonly does: 'prefetch' | 'open' | 'click' | 'unsubscribe' | 'buy' };

type Stage = {
  readonly ctx: Context;
  readonly clock: JumpingClock;
  readonly url: string;
  readonly key: string;
  readonly played: StreamPlay;
  readonly intentions: TimeQueue<Intention>;
  readonly seen: Set<string>;
};

/**
 * Tells the server what members bought before, and then plays two weeks at the shop that end now, as fast as it can follow.
 * `onDay` is told of each day that has passed.
 */
export async function playStream(
  ctx: Context,
  input: {
    readonly clock: JumpingClock;
    readonly url: string;
    readonly size?: ShopSize;
    readonly onDay?: (day: number, played: StreamPlay) => void;
  },
): Promise<StreamPlay> {
  const { clock, url } = input;
  const { key } = await createSource(ctx, { name: await freeName(ctx, 'shop'), kind: 'write_key' });
  const played = { history: 0, events: 0, opened: 0, clicked: 0, unsubscribed: 0, orders: 0 };
  const stage: Stage = { ctx, clock, url, key, played, intentions: timeQueue(), seen: new Set() };
  const start = clock.now();
  const past = [...pastOrders(start, input.size ?? DEMO_SHOP)];
  await tell(stage, past, '/v1/import');
  played.history = past.length;
  await untilQuiet(stage);
  const events = shopStream(start, PLAY_DAYS);
  const end = start + PLAY_DAYS * DAY_MS;
  let told = 0;
  for (let day = 0; ; ) {
    const { nextAt } = await lookAround(ctx.db, clock.now());
    const next = Math.min(events[told]?.at ?? end, stage.intentions.nextAt() ?? end, nextAt ?? end);
    const at = Math.min(end, Math.ceil(next / TICK_MS) * TICK_MS);
    const since = clock.now();
    clock.jumpTo(at);
    const until = events.findIndex((event, index) => index >= told && event.at > at);
    const due = events.slice(told, until < 0 ? events.length : until);
    told += due.length;
    await tell(stage, due);
    await untilQuiet(stage);
    await act(stage, at);
    await untilQuiet(stage);
    for (const mail of await selectJourneyMails(ctx.db, since)) intend(stage, mail);
    for (; day < Math.floor((at - start) / DAY_MS); day++) input.onDay?.(day + 1, played);
    if (at >= end) return played;
  }
}

/** As the SDK of a server does: batches over HTTP, with the write key. */
async function tell(stage: Stage, events: readonly ShopEvent[], path = '/v1/batch'): Promise<void> {
  for (let from = 0; from < events.length; from += BATCH_EVENTS) {
    const batch: JsonObject[] = events.slice(from, from + BATCH_EVENTS).map(({ body }) => body);
    const sentAt = new Date(stage.clock.now()).toISOString();
    const answer = await fetch(`${stage.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${stage.key}:`).toString('base64')}`,
      },
      body: JSON.stringify({ batch, sentAt }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The server answered ${answer.status} to the shop's events: ${text}`);
    if (path === '/v1/batch') stage.played.events += batch.length;
  }
}

async function untilQuiet({ ctx, clock }: Stage): Promise<void> {
  const patience = performance.now() + PATIENCE_MS;
  for (;;) {
    const { quiet } = await lookAround(ctx.db, clock.now());
    if (quiet) return;
    if (performance.now() > patience) throw new Error('The server did not come to rest.');
    await clock.sleepUntil(clock.now() + POLL_MS);
  }
}

/** What somebody will do with a mail: most nothing, some read it, fewer click, and a few of these buy. */
function intend({ intentions, seen }: Stage, mail: JourneyMail): void {
  const name = `${mail.userId} ${mail.journey} ${mail.step} ${mail.messageId}`;
  if (seen.has(name)) return;
  seen.add(name);
  const random = seededRandom(hash(`${mail.userId} ${mail.journey} ${mail.step}`));
  const put = (minutes: number, does: Intention['does']) =>
    intentions.put(mail.receivedAt + minutes * MINUTE_MS, { mail, does });
  const mood = random.next();
  if (mood < 0.35) return;
  const opens = random.whole(5, 300);
  put(mood < 0.42 ? 1 : opens, mood < 0.42 ? 'prefetch' : 'open');
  if (mood > 0.985) put(opens + 1, 'unsubscribe');
  else if (mood > 0.68) {
    put(opens + 2, 'click');
    if (random.chance(0.5)) put(opens + random.whole(6, 60), 'buy');
  }
}

/** What people had in mind for this moment. */
async function act(stage: Stage, at: Instant): Promise<void> {
  const { ctx, intentions, played } = stage;
  const bought: ShopEvent[] = [];
  for (let next = intentions.nextAt(); next !== undefined && next <= at; next = intentions.nextAt()) {
    const intention = intentions.take()?.item;
    if (!intention) return;
    const { mail, does } = intention;
    if (does === 'buy') {
      const random = seededRandom(hash(`${mail.userId} buys`));
      const order = `M-${mail.userId}-${mail.step}`;
      bought.push(purchase({ user: mail.userId, at: next, order, product: random.pick(PRODUCTS) }));
      continue;
    }
    const readable = await readMail(ctx, mail);
    const done = await readable[does]();
    if (!done) continue;
    if (does === 'open') played.opened += 1;
    if (does === 'click') played.clicked += 1;
    if (does === 'unsubscribe') played.unsubscribed += 1;
  }
  played.orders += bought.length;
  await tell(stage, bought);
}

/** FNV-1a: a seed out of a name. */
function hash(name: string): number {
  let mixed = 0x811c9dc5;
  for (const character of name) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return mixed >>> 0;
}

/** `shop`, or where one is in use, `shop 2`: a demo may be played again over the same data. */
async function freeName(ctx: Context, name: string): Promise<string> {
  const sources = await listSources(ctx, { limit: SOURCES_MAX });
  const taken = new Set(sources.filter(({ revoked_at }) => revoked_at === null).map((source) => source.name));
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? name : `${name} ${count}`;
    if (!taken.has(free)) return free;
  }
}
