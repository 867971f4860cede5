import type { Instant, Json, JsonObject } from '../../core/kernel/index.ts';
import { type Random, seededRandom } from './random.ts';
import {
  COUNTRIES,
  type Country,
  centsOf,
  customerId,
  type Order,
  orderId,
  orders,
  PRODUCTS,
  type Product,
  type ShopSize,
} from './shop.ts';

/** What the shop's web site tells, in the words of the Segment specification. */
export type ShopEvent = { readonly at: Instant; readonly body: JsonObject };

const SEED = 20_260_302;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Customers up to this number are club members: the ones whose orders and visits the web site tells of. */
export const MEMBERS = 3_000;
const SEASON_DAYS = 90;
const NEWCOMERS = 110;
const VISITS = 320;

/** What the members bought in the season before `start`, for the history. */
export function* pastOrders(start: Instant, size: ShopSize): Generator<ShopEvent> {
  const today = Math.floor(start / DAY_MS) * DAY_MS;
  for (const order of orders(today, size)) {
    const isMember = order.customer <= MEMBERS;
    const isRecent = order.at > start - SEASON_DAYS * DAY_MS && order.at < start;
    if (!isMember || !isRecent || order.status !== 'paid') continue;
    yield { at: order.at, body: orderOf(order) };
  }
}

function orderOf(order: Order): JsonObject {
  const products = order.lines.map(({ product, quantity }) => ({ ...productOf(product), quantity }));
  return track({
    user: customerId(order.customer),
    event: 'Order Completed',
    at: order.at,
    properties: { order_id: orderId(order.number), total: centsOf(order) / 100, currency: 'EUR', products },
  });
}

/** Everything that happens at the shop by itself between `start` and `start + days`, in order of time. */
export function shopStream(start: Instant, days: number): ShopEvent[] {
  const random = seededRandom(SEED);
  const events: ShopEvent[] = [];
  for (let number = 1; number <= NEWCOMERS; number++) events.push(...newcomer(random, { start, days, number }));
  for (let number = 1; number <= VISITS; number++) events.push(...visit(random, { start, days, number }));
  return events.filter(({ at }) => at < start + days * DAY_MS).sort((a, b) => a.at - b.at);
}

type Span = { readonly start: Instant; readonly days: number; readonly number: number };

/** Somebody looks around, signs up, and perhaps fills a cart in the same session. */
function newcomer(random: Random, { start, days, number }: Span): ShopEvent[] {
  const at = daytime(random, start, days);
  const anonymousId = `visitor-${number}`;
  const user = `N${String(number).padStart(4, '0')}`;
  const country = random.weighted(COUNTRIES.map((candidate) => [candidate, candidate.weight] as const));
  const signedUp = at + random.whole(2, 9) * MINUTE_MS;
  const looks = Array.from({ length: random.whole(1, 3) }, (_, look) =>
    viewed({ anonymousId }, at + (look + 1) * 20_000, random.pick(PRODUCTS)),
  );
  return [
    { at, body: { type: 'page', anonymousId, name: 'Home', timestamp: text(at), messageId: `page-${anonymousId}` } },
    ...looks,
    identified({ user, anonymousId, number, country, firstName: random.pick(country.names), at: signedUp }),
    {
      at: signedUp + 1_000,
      body: track({ user, event: 'Signed Up', at: signedUp + 1_000, properties: { newsletter: random.chance(0.85) } }),
    },
    ...(random.chance(0.35) ? shopping(random, { user, at: signedUp + 3 * MINUTE_MS, name: user, buys: 0.5 }) : []),
  ];
}

function identified(who: {
  readonly user: string;
  readonly anonymousId: string;
  readonly number: number;
  readonly country: Country;
  readonly firstName: string;
  readonly at: Instant;
}): ShopEvent {
  const { user, anonymousId, number, country, firstName, at } = who;
  const body: JsonObject = {
    type: 'identify',
    userId: user,
    anonymousId,
    messageId: `identify-${user}`,
    timestamp: text(at),
    traits: { email: `newcomer${number}@example.com`, first_name: firstName, country: country.name },
    context: { locale: country.language, timezone: country.zone },
  };
  return { at, body };
}

/** A member comes by: most only look, some fill a cart. */
function visit(random: Random, { start, days, number }: Span): ShopEvent[] {
  const user = customerId(random.whole(1, MEMBERS));
  const at = daytime(random, start, days);
  const looks = Array.from({ length: random.whole(1, 3) }, (_, look) =>
    viewed({ userId: user }, at + look * 40_000, random.pick(PRODUCTS)),
  );
  if (!random.chance(0.6)) return looks;
  return [...looks, ...shopping(random, { user, at: at + 4 * MINUTE_MS, name: `visit-${number}`, buys: 0.4 })];
}

/** Something goes into the cart, and with the probability `buys` to the till. */
function shopping(
  random: Random,
  {
    user,
    at,
    name,
    buys,
  }: { readonly user: string; readonly at: Instant; readonly name: string; readonly buys: number },
): ShopEvent[] {
  const product = random.pick(PRODUCTS);
  const cart: ShopEvent = { at, body: track({ user, event: 'Product Added', at, properties: productOf(product) }) };
  if (!random.chance(buys)) return [cart];
  return [cart, purchase({ user, at: at + random.whole(3, 40) * MINUTE_MS, order: `W-${name}`, product })];
}

/** One product, paid for. */
export function purchase(bought: {
  readonly user: string;
  readonly at: Instant;
  readonly order: string;
  readonly product: Product;
}): ShopEvent {
  const { user, at, order, product } = bought;
  const properties = {
    order_id: order,
    total: product.cents / 100,
    currency: 'EUR',
    products: [{ ...productOf(product), quantity: 1 }],
  };
  return { at, body: track({ user, event: 'Order Completed', at, properties }) };
}

function viewed(who: { userId: string } | { anonymousId: string }, at: Instant, product: Product): ShopEvent {
  const name = 'userId' in who ? who.userId : who.anonymousId;
  const body = {
    type: 'track',
    event: 'Product Viewed',
    ...who,
    properties: productOf(product),
    timestamp: text(at),
    messageId: `viewed-${name}-${at}`,
  };
  return { at, body };
}

function track(said: {
  readonly user: string;
  readonly event: string;
  readonly at: Instant;
  readonly properties: Readonly<Record<string, Json>>;
}): JsonObject {
  const { user, event, at, properties } = said;
  const messageId = `${event.toLowerCase().replaceAll(' ', '-')}-${user}-${at}`;
  return { type: 'track', event, userId: user, properties, timestamp: text(at), messageId };
}

function productOf({ sku, name, category, cents }: Product) {
  return { product_id: sku, name, category, price: cents / 100 };
}

/** Shops sleep at night: between 7 and 22 o'clock UTC, more in the evening. */
function daytime(random: Random, start: Instant, days: number): Instant {
  const midnight = Math.floor(start / DAY_MS) * DAY_MS;
  for (;;) {
    const hour = 7 + 15 * Math.sqrt(random.next());
    const at = Math.floor(midnight + random.whole(0, days) * DAY_MS + hour * HOUR_MS);
    if (at >= start && at < start + days * DAY_MS) return at;
  }
}

const text = (at: Instant) => new Date(at).toISOString();
