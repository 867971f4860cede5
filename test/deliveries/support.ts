import { ChannelDefinition } from '../../src/core/channels/index.ts';
import { TemplateDefinition } from '../../src/core/content/index.ts';
import type { Column } from '../../src/core/data/index.ts';
import type { EmailChannel, SendResult } from '../../src/core/deliveries/index.ts';
import type { Context } from '../../src/platform/context.ts';
import { id, sql } from '../../src/platform/sql/index.ts';
import { type PreparedSend, type PrepareSendInput, prepareSend } from '../../src/services/deliveries/index.ts';

/** A published definition, as the definitions service would have stored it. */
export async function publish(
  ctx: Context,
  body: { kind: string; key: string } & Record<string, unknown>,
): Promise<void> {
  const at = new Date(ctx.clock.now());
  const json = JSON.stringify(
    body.kind === 'template' ? TemplateDefinition.parse(body) : ChannelDefinition.parse(body),
  );
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    values (${body.kind}, ${body.key}, 1, 'published', ${json}::jsonb, ${at}, ${at}, ${at})`);
}

export const GREETING = {
  kind: 'template',
  key: 'greeting',
  subject: 'Hello {{ profile.first_name }}',
  html: `<p>Dear {{ profile.first_name }}, you have {{ row.total }} points.</p>
<p><a href="https://shop.example/spring?x=1">Spring</a> <a href="https://shop.example/sale">Sale</a></p>
<p><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>`,
  defaults: { 'profile.first_name': 'friend' },
};

/** People number `from` to `to`, in bucket number mod 256, with an address each and a first name. */
export async function makePeople(ctx: Context, from: number, to: number): Promise<void> {
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select n % 256, n, 'p' || n || '@example.com', jsonb_build_object('first_name', 'Name ' || n), ${new Date(0)}, ${new Date(0)}
    from generate_series(${from}::int, ${to}::int) n`);
}

/** A population of those people, one row each, with a column `total`. */
export async function makePopulation(
  ctx: Context,
  table: string,
  from: number,
  to: number,
): Promise<PrepareSendInput['population']> {
  await ctx.db.execute(sql`
    create table ${id('work', table)} as
    select (n % 256)::smallint as bucket, n::bigint as profile_id, (n * 2)::numeric as total
    from generate_series(${sql`${from}::int`}, ${sql`${to}::int`}) n`);
  const columns: Column[] = [{ name: 'total', type: 'decimal' }];
  return { table, columns, dimension: 'profiles' };
}

export async function prepare(
  ctx: Context,
  population: PrepareSendInput['population'],
  input: Partial<PrepareSendInput> = {},
): Promise<PreparedSend> {
  return ctx.db.transaction((tx) =>
    prepareSend(tx, ctx, {
      channelKey: 'sandbox',
      templateKey: 'greeting',
      consent: 'opt-out',
      lane: 'campaign',
      hold: false,
      population,
      ...input,
    }),
  );
}

/** A provider that keeps what it was given and answers as told; everything is taken unless `answer` says otherwise. */
export function fakeChannel(
  answer: (to: string, attempt: number) => SendResult | Promise<SendResult> = () => ({ kind: 'sent', detail: 'ok' }),
  inFlightMax = 20,
): EmailChannel & { readonly sent: { to: string; raw: string; key: string }[]; healthy: boolean } {
  const attempts = new Map<string, number>();
  const channel = {
    provider: 'fake',
    inFlightMax,
    healthy: true,
    sent: [] as { to: string; raw: string; key: string }[],
    async send(email: { to: string; raw: string; key: string }) {
      const attempt = (attempts.get(email.key) ?? 0) + 1;
      attempts.set(email.key, attempt);
      const result = await answer(email.to, attempt);
      if (result.kind === 'sent') channel.sent.push({ to: email.to, raw: email.raw, key: email.key });
      return result;
    },
    async check() {
      return channel.healthy ? ({ ok: true } as const) : ({ ok: false, reason: 'down' } as const);
    },
    close: async () => undefined,
  };
  return channel;
}

/** Polls until `condition` holds; `step` runs before each look (advance a manual clock, say). */
export async function until(
  condition: () => boolean | Promise<boolean>,
  step: () => void = () => undefined,
  timeoutMs = 20_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    step();
    if (await condition()) return;
    if (performance.now() > end) throw new Error('The condition did not come true in time.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The counters of a send, slots summed, zeros left out: `{ sent: 3, 'failed hard_bounce': 1 }`. */
export async function countsOf(ctx: Context, sendId: number): Promise<Record<string, number>> {
  const rows = await ctx.db.query<{ name: string; value: number }>(sql`
    select btrim(name || ' ' || reason) as name, sum(value)::bigint as value from send_count where send_id = ${sendId}
    group by 1 having sum(value) <> 0 order by 1`);
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

export async function stateOf(ctx: Context, sendId: number): Promise<string> {
  const row = await ctx.db.one<{ state: string }>(sql`select state from send where send_id = ${sendId}`);
  return row.state;
}
