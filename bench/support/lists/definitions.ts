import type { Context } from '../../../src/platform/context.ts';
import { sql } from '../../../src/platform/sql/index.ts';
import { drain } from '../../../src/services/engine/index.ts';
import { publish } from '../engine-world.ts';
import { at, part, type Size } from './people.ts';

/** Of each kind. */
const DEFINITIONS = 500;
const VERSIONS = 3;

const TEXT =
  'Spring is here, and with it the things that you looked at last month, in new colours and at the old price. ';

/** The definition of each kind that the lists are about. */
const DOCUMENTS: readonly object[] = [
  {
    kind: 'table',
    key: 'orders',
    columns: { order_no: 'integer', customer: 'text', total: 'decimal', placed_at: 'timestamp' },
    primary_key: 'order_no',
    identity: { column: 'customer', namespace: 'customer_id' },
  },
  {
    kind: 'table',
    key: 'prices',
    columns: { shop: 'text', sku: 'integer', price: 'decimal' },
    primary_key: ['shop', 'sku'],
  },
  { kind: 'channel', key: 'mail', provider: 'sandbox', from: { email: 'news@shop.example', name: 'The Shop' } },
  { kind: 'endpoint', key: 'crm', url: 'https://crm.example.com/' },
  { kind: 'fragment', key: 'footer', html: '<p>The Shop</p>' },
  {
    kind: 'template',
    key: 'spring',
    subject: 'Spring in {{ profile.city }}',
    html: `<p>${TEXT.repeat(30)}</p><p><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>`,
  },
  { kind: 'audience', key: 'everybody', name: 'Everybody', rule: { trait: 'country', empty: false } },
  { kind: 'audience', key: 'saved', static: true },
  { kind: 'audience', key: 'computed', rule: { has: 'orders', where: { column: 'placed_at', within: '350d' } } },
  {
    kind: 'audience',
    key: 'seldom',
    rule: {
      all: [
        { trait: 'tier', eq: 'rare' },
        { has: 'orders', where: { column: 'placed_at', within: '720d' } },
      ],
    },
  },
  {
    kind: 'campaign',
    key: 'spring',
    name: 'Spring',
    activities: {
      people: { type: 'build-audience', rule: { trait: 'country', empty: false }, next: 'mail' },
      mail: { type: 'email', template: 'spring', channel: 'mail', consent: 'opt-out' },
    },
  },
  {
    kind: 'journey',
    key: 'welcome',
    name: 'Welcome',
    entry: { event: 'Cart Updated', reentry: '7d', instance: 'cart_id' },
    start: 'rest',
    steps: {
      rest: { type: 'wait', for: '2d', next: 'both' },
      rare: { type: 'wait', for: '2d', next: 'end' },
      both: { type: 'parallel', then: { one: 'left', two: 'right' } },
      left: { type: 'wait', for: '2d', next: 'joined' },
      right: { type: 'wait', for: '3d', next: 'joined' },
      joined: { type: 'join', next: 'mail' },
      mail: { type: 'email', template: 'spring', channel: 'mail', consent: 'opt-out', next: 'second' },
      second: { type: 'email', template: 'spring', channel: 'mail', consent: 'opt-out', next: 'rare' },
    },
  },
];

/**
 * One definition of each kind as it is published, with the members of the live audience as the engine keeps them, and hundreds like it
 * beside.
 */
export async function addDefinitions(ctx: Context, size: Size): Promise<void> {
  await publish(ctx, DOCUMENTS);
  await drain(ctx);
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, source, created_at, updated_at, published_at)
    select kind, key || '-' || n, v, case when v = ${VERSIONS} then 'published' else 'archived' end,
      (body::jsonb || jsonb_build_object('key', key || '-' || n, 'name', initcap(key) || ' ' || n))::json, source, ${at(ctx)}, ${at(ctx)}, ${at(ctx)}
    from definition, generate_series(1, ${DEFINITIONS}::int) n, generate_series(1, ${VERSIONS}::int) v
    where key in ('orders', 'crm', 'footer', 'spring', 'everybody', 'welcome') and kind <> 'channel'`);
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, source, created_at, updated_at, published_at)
    select kind, key, version + n, 'archived', body, source, ${at(ctx)}, ${at(ctx)}, ${at(ctx)}
    from definition, generate_series(1, 500) n where kind = 'template' and key = 'spring'`);
  await ctx.db.execute(sql`
    insert into live_rule (kind, id, meaning, epoch, since_epoch)
    select kind, id || '-' || n, meaning, epoch, since_epoch from live_rule, generate_series(1, ${DEFINITIONS}::int) n
    where kind = 'audience' and id = 'everybody'`);
  await addRows(ctx, size);
}

async function addRows(ctx: Context, size: Size): Promise<void> {
  await ctx.db.execute(sql`
    insert into data.orders (order_no, customer, total, placed_at, _bucket, _profile_id, _updated_at)
    select profile_id, profile_id::text, profile_id % 1000, ${at(ctx)} - profile_id % 700 * interval '1 day', bucket, profile_id, ${at(ctx)}
    from profile`);
  await ctx.db.execute(sql`
    insert into data.prices (shop, sku, price, _updated_at)
    select 'shop-' || n % 10, n, n % 100, ${at(ctx)} from generate_series(1, ${part(size, 200_000)}::bigint) n`);
}
