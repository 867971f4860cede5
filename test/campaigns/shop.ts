import { CampaignDefinition, type CampaignInput, checkCampaign, type RunMode } from '../../src/core/campaigns/index.ts';
import { id, join, sql } from '../../src/platform/sql/index.ts';
import { campaignCatalog } from '../../src/services/campaigns/load-catalog.ts';
import { advanceCampaigns } from '../../src/services/campaigns/start.ts';
import { startRun } from '../../src/services/campaigns/start-run.ts';
import { listTransitions } from '../../src/services/campaigns/store.ts';
import { applyDefinitions } from '../../src/services/definitions/index.ts';
import type { TestContext } from '../support/context.ts';

const TABLES = [
  {
    kind: 'table',
    key: 'orders',
    columns: { order_id: 'text', customer: 'text', total: 'decimal', city: 'text', placed_at: 'timestamp' },
    primary_key: 'order_id',
    identity: { column: 'customer', namespace: 'customer_id' },
  },
  {
    kind: 'table',
    key: 'lines',
    columns: { order_id: 'text', line: 'integer', sku: 'text', quantity: 'integer' },
    primary_key: ['order_id', 'line'],
    links: { order: { to: 'orders', on: { order_id: 'order_id' } }, product: { to: 'products', on: { sku: 'sku' } } },
  },
  { kind: 'table', key: 'products', columns: { sku: 'text', brand: 'text' }, primary_key: 'sku' },
];

export type Person = { readonly name: string; readonly email?: string | null; readonly [trait: string]: unknown };
export type Order = {
  readonly id: string;
  readonly customer?: string;
  readonly total?: number | null;
  readonly city?: string | null;
  readonly placed_at?: string;
};

/** Declares the tables of the little shop that the examples use. */
export async function declareShop(ctx: TestContext): Promise<void> {
  const documents = TABLES.map((value, index) => ({ source: `table ${index}`, value }));
  await applyDefinitions(ctx, { documents: documents as never, publish: true, dryRun: false });
}

/** People named by `name`, with every other property but the email as a trait. */
export async function addPeople(ctx: TestContext, people: readonly Person[]): Promise<void> {
  const rows = people.map(({ email = null, ...traits }, index) => ({ bucket: index % 4, email, traits }));
  await ctx.db.execute(sql`
    insert into profile (bucket, email, traits, created_at, updated_at)
    select (r ->> 'bucket')::smallint, r ->> 'email', r -> 'traits', '2026-01-01', '2026-01-01'
    from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as e (r, n) order by n`);
}

/** Orders; `customer` is the name of a person, or nobody's. */
export async function addOrders(ctx: TestContext, orders: readonly Order[]): Promise<void> {
  await ctx.db.execute(sql`
    insert into data.orders (order_id, customer, total, city, placed_at, _bucket, _profile_id, _updated_at)
    select r ->> 'id', r ->> 'customer', (r ->> 'total')::numeric, r ->> 'city', (r ->> 'placed_at')::timestamptz,
      coalesce(p.bucket, 7), p.profile_id, '2026-01-01'
    from jsonb_array_elements(${JSON.stringify(orders)}::jsonb) r left join profile p on p.traits ->> 'name' = r ->> 'customer'`);
}

export async function addLines(
  ctx: TestContext,
  lines: readonly { order: string; line: number; sku: string }[],
): Promise<void> {
  await ctx.db.execute(sql`
    insert into data.lines (order_id, line, sku, quantity, _updated_at)
    select r ->> 'order', (r ->> 'line')::bigint, r ->> 'sku', 1, '2026-01-01' from jsonb_array_elements(${JSON.stringify(lines)}::jsonb) r`);
  await ctx.db.execute(sql`
    insert into data.products (sku, brand, _updated_at) select distinct sku, 'brand ' || sku, '2026-01-01'::timestamptz from data.lines
    on conflict do nothing`);
}

export async function emptyShop(ctx: TestContext): Promise<void> {
  await ctx.db.execute(
    sql`truncate profile, data.orders, data.lines, data.products, audience_member, campaign_run cascade`,
  );
}

type Activities = CampaignInput['activities'];

/** The definition with its defaults, after a check that must find nothing wrong. */
export async function campaignOf(
  ctx: TestContext,
  activities: Activities,
  key = 'example',
): Promise<CampaignDefinition> {
  const definition = CampaignDefinition.parse({ kind: 'campaign', key, activities });
  const problems = checkCampaign(definition, await campaignCatalog(ctx.db));
  if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));
  return definition;
}

export async function beginRun(
  ctx: TestContext,
  activities: Activities,
  options: { mode?: RunMode; key?: string } = {},
): Promise<number> {
  const definition = await campaignOf(ctx, activities, options.key);
  const now = ctx.clock.now();
  const run = await ctx.db.transaction((tx) =>
    startRun(tx, { definition, version: 1, mode: options.mode ?? 'test', now }),
  );
  return run.runId;
}

/** Runs a campaign to its end; the rows of each arrow by `activity.outlet`, people and rows by their names. */
export async function runCampaign(
  ctx: TestContext,
  activities: Activities,
  options: { mode?: RunMode; key?: string } = {},
): Promise<Record<string, string[]>> {
  const runId = await beginRun(ctx, activities, options);
  await advanceCampaigns(ctx);
  return rowsOfRun(ctx, runId);
}

/** What stands on each arrow: `Ann`, or `o1` for an order, and with added columns `o1 total=10`; sorted. */
export async function rowsOfRun(ctx: TestContext, runId: number): Promise<Record<string, string[]>> {
  const result: Record<string, string[]> = {};
  for (const transition of await listTransitions(ctx.db, runId)) {
    const name = `${transition.activity}.${transition.outlet}`;
    if (transition.table_name === null) {
      result[name] = [`(stopped, ${transition.row_count} rows)`];
      continue;
    }
    const keys = transition.columns.filter((column) => column.key).map((column) => sql`w.${id(column.name)}::text`);
    const label = transition.dimension === 'profiles' ? sql`p.traits ->> 'name'` : sql`concat_ws('/', ${join(keys)})`;
    const added = transition.columns.filter((column) => !column.key);
    const texts = added.map((column) => sql`${`${column.name}=`}::text || coalesce(w.${id(column.name)}::text, '-')`);
    const rows = await ctx.db.query<{ text: string }>(sql`
      select concat_ws(' ', ${join([label, ...texts])}) as text from ${id('work', transition.table_name)} w
      left join profile p on p.bucket = w.bucket and p.profile_id = w.profile_id`);
    if (rows.length !== transition.row_count)
      throw new Error(`${name} counts ${transition.row_count}, has ${rows.length}`);
    result[name] = rows.map((row) => row.text).sort();
  }
  return result;
}
