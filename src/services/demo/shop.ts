import type { Instant } from '../../core/kernel/index.ts';
import { type Random, seededRandom } from './random.ts';

/**
 * An invented shop for candles, tea and paper: deterministic for a seed and a day, and as untidy as real data is: malformed and
 * shared addresses, consents that nobody recorded, returns, names with accents and apostrophes.
 */
export type ShopSize = { readonly customers: number; readonly orders: number };
export const DEMO_SHOP: ShopSize = { customers: 20_000, orders: 100_000 };

/** CSV text in chunks, header first. */
export type ShopFiles = Readonly<Record<'customers' | 'products' | 'orders' | 'order_lines', () => Iterable<string>>>;

const SEED = 20_260_301;
const DAY_MS = 86_400_000;

export type Country = {
  readonly name: string;
  readonly language: string;
  readonly zone: string;
  readonly weight: number;
  readonly names: readonly [string, ...string[]];
  readonly cities: readonly [string, ...string[]];
};

export const COUNTRIES: readonly Country[] = [
  {
    name: 'France',
    language: 'fr',
    zone: 'Europe/Paris',
    weight: 30,
    names: ['Camille', 'Zoé', 'Élodie', 'Hugo', 'Noël', 'Inès', 'Léa', 'Maël'],
    cities: ['Paris', 'Lyon', 'Nantes', 'Lille'],
  },
  {
    name: 'Belgium',
    language: 'fr',
    zone: 'Europe/Brussels',
    weight: 8,
    names: ['Louise', 'Arthur', 'Nora', 'Jules', 'Eline', 'Lucas'],
    cities: ['Brussels', 'Liège', 'Ghent'],
  },
  {
    name: 'Germany',
    language: 'de',
    zone: 'Europe/Berlin',
    weight: 16,
    names: ['Jürgen', 'Mia', 'Björn', 'Annika', 'Felix', 'Käthe'],
    cities: ['Berlin', 'Köln', 'München'],
  },
  {
    name: 'Spain',
    language: 'es',
    zone: 'Europe/Madrid',
    weight: 12,
    names: ['Lucía', 'Íñigo', 'María José', 'Álvaro', 'Carmen'],
    cities: ['Madrid', 'Sevilla', 'Bilbao'],
  },
  {
    name: 'Portugal',
    language: 'pt',
    zone: 'Europe/Lisbon',
    weight: 7,
    names: ['João', 'Inês', 'Tomás', 'Beatriz'],
    cities: ['Lisboa', 'Porto'],
  },
  {
    name: 'United Kingdom',
    language: 'en',
    zone: 'Europe/London',
    weight: 19,
    names: ['Amelia', "D'Arcy", 'Oliver', 'Siân', 'Isla', 'George'],
    cities: ['London', 'Leeds', 'Bristol'],
  },
  {
    name: 'United States',
    language: 'en',
    zone: 'America/New_York',
    weight: 8,
    names: ['Olivia', 'Mateo', 'Ava', 'Liam'],
    cities: ['Boston', 'Brooklyn', 'Atlanta'],
  },
];

const PRODUCT_KINDS = [
  ['Candle', ['Fig', 'Cedar', 'Sea salt', 'Orange blossom', 'Smoked tea', 'Rain', 'Beeswax', 'Pine'], 18, 46],
  ['Tea', ['Sencha', 'Earl Grey', 'Rooibos', 'Oolong', 'Mint', 'Chai', 'Darjeeling'], 6, 22],
  ['Notebook', ['Ruled', 'Dotted', 'Blank', 'Sketch', 'Travel'], 9, 28],
  ['Mug', ['Speckled', 'Cobalt', 'Terracotta', 'Celadon'], 14, 34],
  ['Gift set', ['Winter', 'Spring', 'Writer’s', '"Slow Sunday"', 'Tea, for two'], 39, 120],
] as const;

/** The shop's files as of the day of `now`. Each call of a file's function generates the same text again. */
export function generateShop(now: Instant, size: ShopSize = DEMO_SHOP): ShopFiles {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  return {
    customers: () => inChunks(customerRows(today, size)),
    products: () => inChunks(productRows()),
    orders: () => inChunks(orderRows(today, size)),
    order_lines: () => inChunks(orderLineRows(today, size)),
  };
}

type Row = readonly (string | number)[];

function* customerRows(today: Instant, size: ShopSize): Generator<Row> {
  yield [
    'customer_id',
    'email',
    'phone',
    'first_name',
    'country',
    'city',
    'language',
    'time_zone',
    'birthday',
    'tier',
    'signed_up_at',
    'email_consent',
  ];
  const random = seededRandom(SEED);
  for (let number = 1; number <= size.customers; number++) {
    const country = random.weighted(COUNTRIES.map((candidate) => [candidate, candidate.weight] as const));
    const signedUp = today - random.whole(1, 1_100) * DAY_MS + random.whole(0, DAY_MS - 1);
    yield [
      customerId(number),
      emailOf(random, number),
      random.chance(0.4) ? `+4479460${String(number).padStart(5, '0')}` : '',
      random.pick(country.names),
      country.name,
      random.pick(country.cities),
      country.language,
      country.zone,
      random.chance(0.7) ? isoDay(Date.UTC(random.whole(1950, 2005), random.whole(0, 11), random.whole(1, 28))) : '',
      random.weighted([
        ['', 60],
        ['silver', 25],
        ['gold', 12],
        ['platinum', 3],
      ]),
      new Date(signedUp).toISOString(),
      random.weighted([
        ['yes', 78],
        ['no', 12],
        ['', 10],
      ]),
    ];
  }
}

/** Most people have their own address; some share a household's, a few are typed wrongly, a few are missing. */
function emailOf(random: Random, number: number): string {
  const fate = random.next();
  if (fate < 0.004)
    return random.pick([`client${number}`, `client${number}@`, `client ${number}@example.com`, '@example.com']);
  if (fate < 0.012) return '';
  if (fate < 0.03) return `household${Math.floor(number / 400)}@example.com`;
  return `${random.chance(0.1) ? 'Client' : 'client'}${number}@${random.weighted([
    ['example.com', 70],
    ['example.net', 20],
    ['example.org', 10],
  ])}`;
}

export type Product = {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly cents: number;
};

export const PRODUCTS: readonly [Product, ...Product[]] = makeProducts();

function makeProducts(): [Product, ...Product[]] {
  const random = seededRandom(SEED + 1);
  const made = PRODUCT_KINDS.flatMap(([category, names, low, high], kind) =>
    names.flatMap((name, index) =>
      ['S', 'M', 'L'].map((variant, position) => ({
        sku: `${category.slice(0, 2).toUpperCase()}${kind}${String(index).padStart(2, '0')}${variant}`,
        name: `${name} ${category.toLowerCase()}, ${['small', 'medium', 'large'][position]}`,
        category,
        cents: random.whole(low * 100, high * 100),
      })),
    ),
  );
  const [first, ...rest] = made;
  if (!first) throw new RangeError('A shop without products.');
  return [first, ...rest];
}

function* productRows(): Generator<Row> {
  yield ['sku', 'name', 'category', 'price'];
  for (const product of PRODUCTS) yield [product.sku, product.name, product.category, money(product.cents)];
}

export type Order = {
  readonly number: number;
  readonly customer: number;
  readonly at: Instant;
  readonly status: string;
  readonly lines: readonly { readonly product: Product; readonly quantity: number }[];
};

/** Few customers buy often: the square of a uniform number favours the first ones, shuffled by a prime step. */
export function* orders(today: Instant, size: ShopSize): Generator<Order> {
  const random = seededRandom(SEED + 2);
  for (let number = 1; number <= size.orders; number++) {
    const rank = Math.floor(random.next() ** 2.2 * size.customers);
    const status = random.weighted([
      ['paid', 92],
      ['returned', 5],
      ['cancelled', 3],
    ]);
    yield {
      number,
      customer: ((rank * 7_919) % size.customers) + 1,
      at: today - Math.floor(random.next() ** 1.4 * 730 * DAY_MS),
      status,
      lines: Array.from(
        {
          length: random.weighted([
            [1, 45],
            [2, 30],
            [3, 15],
            [4, 10],
          ] as const),
        },
        () => ({
          product: random.pick(PRODUCTS),
          quantity:
            random.weighted([
              [1, 75],
              [2, 18],
              [3, 7],
            ] as const) * (status === 'returned' ? -1 : 1),
        }),
      ),
    };
  }
}

export const centsOf = (order: Order) => order.lines.reduce((sum, line) => sum + line.product.cents * line.quantity, 0);

function* orderRows(today: Instant, size: ShopSize): Generator<Row> {
  yield ['order_id', 'customer_id', 'ordered_at', 'status', 'total', 'items'];
  for (const order of orders(today, size)) {
    yield [
      orderId(order.number),
      customerId(order.customer),
      new Date(order.at).toISOString(),
      order.status,
      money(centsOf(order)),
      order.lines.length,
    ];
  }
}

function* orderLineRows(today: Instant, size: ShopSize): Generator<Row> {
  yield ['order_id', 'line', 'sku', 'quantity', 'amount'];
  for (const order of orders(today, size)) {
    for (const [index, line] of order.lines.entries()) {
      yield [
        orderId(order.number),
        index + 1,
        line.product.sku,
        line.quantity,
        money(line.product.cents * line.quantity),
      ];
    }
  }
}

export const customerId = (number: number) => `C${String(number).padStart(6, '0')}`;
export const orderId = (number: number) => `O${String(number).padStart(7, '0')}`;
const isoDay = (instant: Instant) => new Date(instant).toISOString().slice(0, 10);

function money(cents: number): string {
  const whole = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}

const CHUNK_ROWS = 1_000;

function* inChunks(rows: Iterable<Row>): Generator<string> {
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(row.map(csvCell).join(','));
    if (lines.length === CHUNK_ROWS) {
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
