import fc from 'fast-check';
import { type Catalog, catalogTables, TableDefinition } from '../../src/core/data/index.ts';
import { type Facts, instantText, type Row, rowFacts } from '../../src/core/rules/index.ts';
import { ensureMonthPartitions, id, raw, sql } from '../../src/platform/sql/index.ts';
import type { TestContext } from '../support/context.ts';
import { TEST_START } from '../support/context.ts';

/** The tables of the random worlds: orders of people, their lines, and a look-up of products. */
export const TABLES = [
  {
    kind: 'table',
    key: 'orders',
    columns: {
      order_no: 'integer',
      customer: 'text',
      total: 'decimal',
      units: 'integer',
      status: 'text',
      paid: 'boolean',
      ordered_at: 'timestamp',
      due_on: 'date',
      extra: 'json',
    },
    primary_key: 'order_no',
    identity: { column: 'customer', namespace: 'customer' },
  },
  { kind: 'table', key: 'products', columns: { sku: 'text', category: 'text', price: 'decimal' }, primary_key: 'sku' },
  {
    kind: 'table',
    key: 'lines',
    columns: { order_no: 'integer', line_no: 'integer', sku: 'text', price: 'decimal' },
    primary_key: ['order_no', 'line_no'],
    links: { order: { to: 'orders', on: { order_no: 'order_no' } }, product: { to: 'products', on: { sku: 'sku' } } },
  },
];

export const NOW = TEST_START;
/** Parts of a list, and what is none. */
const PARTS = ['tags.0', 'tags.-1', 'tags.01', 'tags.length', 'tags.1.city'];
export const TRAITS = ['country', 'score', 'vip', 'joined', 'address.city', 'odd', ...PARTS];
export const EVENTS = ['Viewed', 'Ordered', 'Returned'];
export const TEXTS = [
  'FR',
  'fr',
  '',
  'a%b_c',
  'France',
  'é',
  '\u{1F600}',
  '\uffee',
  '1',
  '2026-02-20',
  '1990-03-05T08:30:00+02:00',
  '2024-02-29',
  '2025-02-29',
  '2026-03-02T09:00:00.0009Z',
];
export const NUMBERS = [0, 1, 2, 3, -5, 0.1, 0.2, 0.3, 2.5, 100, 1e21, 1e-7, 0.30000000000000004];

export const CATALOG: Catalog = {
  tables: catalogTables(TABLES.map((definition) => TableDefinition.parse(definition))),
  traits: [],
  audiences: ['saved', 'live', 'live-too'],
  audienceRules: new Map<string, unknown>([
    [
      'live',
      {
        any: [
          { trait: 'country', eq: 'FR' },
          { event: 'Ordered', count: { gte: 2 } },
        ],
      },
    ],
    ['live-too', { none: [{ audience: 'live' }, { audience: 'saved' }] }],
  ]),
  campaigns: ['spring', 'summer'],
  eventNames: EVENTS,
  channels: [],
  templates: [],
};

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const json = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...NUMBERS),
  fc.boolean(),
  fc.constantFrom<unknown>(null, [], {}, ['x'], { city: 'FR' }),
);
/** Steps of six hours, so that windows are often met on the edge, and some moments in the future. */
const moment = fc.integer({ min: -160, max: 8 }).map((steps) => NOW + steps * 6 * 3_600_000);
const date = fc.constantFrom('2026-03-02', '2026-02-20', '1990-03-05', '2024-02-29', '2026-03-09');

const traits = fc.record(
  {
    country: fc.oneof(fc.constantFrom('FR', 'fr', 'BE'), json),
    score: fc.oneof(fc.constantFrom(...NUMBERS), json),
    vip: fc.oneof(fc.boolean(), json),
    joined: json,
    address: fc.oneof(fc.record({ city: json }), json),
    odd: json,
    tags: fc.oneof(fc.array(json, { maxLength: 3 }), fc.record({ length: json, '01': json }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);
const event = fc.record({
  name: fc.constantFrom(...EVENTS),
  at: moment,
  properties: fc.record(
    { x: json, total: fc.constantFrom(...NUMBERS), deep: fc.record({ z: json }) },
    { requiredKeys: [] },
  ),
});
const consent = fc.record({
  channel: fc.constantFrom('email', 'sms'),
  topic: fc.constantFrom('', 'news'),
  status: fc.constantFrom<'granted' | 'refused'>('granted', 'granted', 'refused'),
});
const sent = { send: fc.constantFrom(1, 2, 3), at: moment };
const message = fc.record({
  ...sent,
  state: fc.constantFrom('excluded', 'sent', 'failed'),
});
const reaction = fc.record({ ...sent, kind: fc.constantFrom('opened', 'clicked'), machine: fc.boolean() });
const person = fc.record({
  email: maybe(
    fc.constantFrom(
      'a@example.com',
      ' a@example.com',
      'B@Example.org',
      'c@example',
      'not mail',
      'x..y@example.com',
      'd.e+f@sub.example.net',
    ),
  ),
  phone: maybe(fc.constantFrom('+33612345678', '0612')),
  locale: maybe(fc.constantFrom('fr', 'fr-BE', '')),
  created_at: moment,
  traits,
  events: fc.array(event, { maxLength: 8 }),
  consents: fc.uniqueArray(consent, { maxLength: 3, selector: (one) => one.channel + one.topic }),
  messages: fc.array(message, { maxLength: 4 }),
  reactions: fc.uniqueArray(reaction, { maxLength: 3, selector: (one) => `${one.kind} ${one.machine}` }),
  member: fc.boolean(),
});
const order = fc.record({
  owner: maybe(fc.nat(39)),
  total: maybe(fc.constantFrom('0', '1.00', '0.1', '0.2', '100.50', '-5')),
  units: maybe(fc.constantFrom(0, 1, 2, 3)),
  status: maybe(fc.constantFrom('open', 'paid', 'FR', '')),
  paid: maybe(fc.boolean()),
  ordered_at: maybe(moment),
  due_on: maybe(date),
  extra: maybe(fc.oneof(json, fc.record({ gift: json }))),
});
const line = fc.record({
  order_no: fc.nat(60),
  sku: maybe(fc.constantFrom('s1', 's2', 's3', 's9')),
  price: maybe(fc.constantFrom('1.00', '2.50', '0.1', '0.2')),
});
const product = fc.record({ category: maybe(fc.constantFrom('a', 'b')), price: maybe(fc.constantFrom('1.0', '2.5')) });

export const worldArbitrary = fc.record({
  people: fc.array(person, { minLength: 40, maxLength: 40 }),
  orders: fc.array(order, { minLength: 50, maxLength: 50 }),
  lines: fc.array(line, { minLength: 60, maxLength: 60 }),
  products: fc.array(product, { minLength: 3, maxLength: 3 }),
  suppressed: fc.subarray(['a@example.com', 'b@example.org', '+33612345678']),
});
type World = typeof worldArbitrary extends fc.Arbitrary<infer T> ? T : never;

const SENDS = [
  { send: 1, campaign: 'spring', activity: 'mail' },
  { send: 2, campaign: 'spring', activity: 'again' },
  { send: 3, campaign: 'summer', activity: 'mail' },
];
const sendOf = (send: number) => SENDS.find((one) => one.send === send) ?? { campaign: null, activity: null };

/** Facts per person, by profile id (position in the list, plus one), and the rows of orders by number. */
export function factsOf(world: World): { people: Facts[]; orders: Row[]; lines: Row[] } {
  const orders: Row[] = world.orders.map((order, index) => ({ ...order, order_no: index }));
  const lines: Row[] = world.lines.map((one, index) => ({ ...one, line_no: index }));
  const products: Row[] = world.products.map((one, index) => ({ ...one, sku: `s${index + 1}` }));
  const tables = new Map([
    ['orders', orders],
    ['lines', lines],
    ['products', products],
  ]);
  const people: Facts[] = world.people.map((one, index) => ({
    profile: { ...one, time_zone: null, updated_at: one.created_at },
    traits: one.traits,
    events: one.events.map((each, order) => ({ ...each, order })).sort((a, b) => a.at - b.at || a.order - b.order),
    rows: rowFacts({
      tables,
      owned: (table) => (table === 'orders' ? orders.filter((row) => row.owner === index) : []),
      ownerOf: (table, row) => (table === 'orders' && typeof row.owner === 'number' ? people[row.owner] : undefined),
    }),
    audiences: new Set(one.member ? ['saved'] : []),
    consents: one.consents,
    messages: one.messages.map((each) => ({
      ...sendOf(each.send),
      state: each.state,
      reason: each.state === 'sent' ? null : 'because',
      at: each.at,
    })),
    reactions: one.reactions.map((each) => ({ ...each, ...sendOf(each.send) })),
    suppressed: new Set([
      ...(one.email && world.suppressed.includes(one.email.toLowerCase().trim()) ? ['email'] : []),
      ...(one.phone && world.suppressed.includes(one.phone) ? ['sms'] : []),
    ]),
  }));
  return { people, orders, lines };
}

/** The same world in tables, in place of the one before. */
export async function storeWorld({ db }: TestContext, world: World): Promise<void> {
  const moments = world.people.flatMap((one) => [...one.events, ...one.messages].map((each) => each.at));
  await ensureMonthPartitions(db, 'event', moments);
  await ensureMonthPartitions(db, 'message', moments);
  await db.execute(
    raw('truncate profile, event, consent, audience_member, suppression, message, reaction, send cascade'),
  );
  await db.execute(raw('drop table if exists data.orders, data.lines, data.products, work.people'));
  await db.execute(
    raw(`create table data.orders (order_no bigint, customer text, total numeric, units bigint, status text, paid boolean,
    ordered_at timestamptz, due_on date, extra jsonb, _bucket smallint not null, _profile_id bigint, primary key (_bucket, order_no))`),
  );
  await db.execute(raw('create table data.products (sku text primary key, category text, price numeric)'));
  await db.execute(
    raw(
      'create table data.lines (order_no bigint, line_no bigint, sku text, price numeric, primary key (order_no, line_no))',
    ),
  );
  const person = (index: number) => ({ bucket: index % 7, profile_id: index + 1 });
  const at = (instant: number) => instantText(instant);
  const fill = (table: readonly [string, ...string[]], rows: readonly object[]) =>
    db.execute(
      sql`insert into ${id(...table)} select * from jsonb_populate_recordset(null::${id(...table)}, ${JSON.stringify(rows)}::jsonb)`,
    );
  const people = world.people.map((one, index) => ({ ...one, ...person(index) }));
  await fill(
    ['profile'],
    people.map((one) => ({ ...one, time_zone: null, created_at: at(one.created_at), updated_at: at(one.created_at) })),
  );
  let number = 0;
  const each = <T extends { at: number }>(one: (typeof people)[number], facts: readonly T[]) =>
    facts.map((fact) => ({
      ...fact,
      bucket: one.bucket,
      profile_id: one.profile_id,
      number: ++number,
      text: at(fact.at),
    }));
  await fill(
    ['event'],
    people
      .flatMap((one) => each(one, one.events))
      .map((row) => ({ ...row, occurred_at: row.text, event_id: row.number, source: 'test', received_at: row.text })),
  );
  await fill(
    ['consent'],
    people.flatMap((one) =>
      one.consents.map((each) => ({ ...each, ...person(one.profile_id - 1), source: 'test', updated_at: at(NOW) })),
    ),
  );
  await fill(
    ['audience_member'],
    people
      .filter((one) => one.member)
      .map((one) => ({ ...person(one.profile_id - 1), audience_key: 'saved', since: at(NOW), columns: {} })),
  );
  await fill(
    ['suppression'],
    world.suppressed.map((address) => ({
      channel: address.startsWith('+') ? 'sms' : 'email',
      address,
      reason: 'manual',
      created_at: at(NOW),
    })),
  );
  for (const one of SENDS) {
    await db.execute(sql`insert into send (send_id, campaign_key, activity, channel, channel_key, template_key, template_version, lane, state, created_at)
      overriding system value values (${one.send}, ${one.campaign}, ${one.activity}, 'email', 'c', 't', 1, 'campaign', 'sending', ${at(NOW)}::timestamptz)`);
  }
  await fill(
    ['message'],
    people
      .flatMap((one) => each(one, one.messages))
      .map((row) => ({
        ...row,
        message_id: row.number,
        created_at: row.text,
        settled_at: row.text,
        send_id: row.send,
        attempts: 1,
        reason: row.state === 'sent' ? null : 'because',
      })),
  );
  await fill(
    ['reaction'],
    people
      .flatMap((one) => each(one, one.reactions))
      .map((row) => ({
        ...row,
        message_id: row.number,
        first_at: row.text,
        last_at: row.text,
        send_id: row.send,
        times: 1,
      })),
  );
  await fill(
    ['data', 'orders'],
    world.orders.map((order, index) => ({
      ...order,
      order_no: index,
      ordered_at: order.ordered_at === null ? null : at(order.ordered_at),
      _bucket: order.owner === null ? 3 : order.owner % 7,
      _profile_id: order.owner === null ? null : order.owner + 1,
    })),
  );
  await fill(
    ['data', 'products'],
    world.products.map((one, index) => ({ ...one, sku: `s${index + 1}` })),
  );
  await fill(
    ['data', 'lines'],
    world.lines.map((one, index) => ({ ...one, line_no: index })),
  );
  await db.execute(raw('create table work.people as select bucket, profile_id, profile_id % 5 as spent from profile'));
}
