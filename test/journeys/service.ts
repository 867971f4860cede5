import type { JourneyInput } from '../../src/core/journeys/index.ts';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { enterJourney, tendJourneys } from '../../src/services/journeys/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import type { TestContext } from '../support/context.ts';

export async function publish(ctx: TestContext, ...documents: object[]): Promise<void> {
  await applyDefinitions(ctx, { documents: documents.map(plainDocument), publish: true, dryRun: false });
}

export const TEMPLATE = {
  kind: 'template',
  key: 'hello',
  subject: 'Hello',
  html: '<p>Hello</p><p><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>',
};

/** Waits an hour, then writes. */
export function waitAndWrite(key: string, more: Partial<JourneyInput> = {}): JourneyInput {
  return {
    kind: 'journey',
    key,
    entry: { api: true },
    start: 'hour',
    steps: {
      hour: { type: 'wait', for: '1h', next: 'mail' },
      mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', next: 'later' },
      later: { type: 'wait', for: '1d' },
    },
    ...more,
  };
}

/** People `p1`, `p2`... with an address each, whom their customer number names. */
export async function makePeople(ctx: TestContext, count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, i) =>
    ProfileInput.parse({ identities: { customer_id: `p${i + 1}` }, columns: { email: `p${i + 1}@example.com` } }),
  );
  await ctx.db.transaction((tx) => upsertProfiles(tx, people, { now: ctx.clock.now(), source: 'test' }));
}

/** Lets people `p<from>` to `p<to>` in, and the engine do what follows. */
export async function enter(ctx: TestContext, key: string, from: number, to: number) {
  const people = Array.from({ length: to - from + 1 }, (_, i) => ({ namespace: 'customer_id', value: `p${from + i}` }));
  const answers = await enterJourney(ctx, { key, people });
  await drain(ctx);
  return answers;
}

/** Whatever happens by itself until `ms` later: tending and the engine, a few looks along the way. */
export async function pass(ctx: TestContext, ms: number, looks = 4): Promise<void> {
  for (let look = 0; look < looks; look++) {
    ctx.clock.advance(Math.round(ms / looks));
    await settle(ctx);
  }
}

/** Tends and turns until nothing happens any more without time passing. */
export async function settle(ctx: TestContext): Promise<void> {
  do await drain(ctx);
  while (await tendJourneys(ctx));
  await drain(ctx);
}

/** Instances of a journey by state, or by the reason of their end. */
export async function standing(ctx: TestContext, key: string): Promise<Record<string, number>> {
  const rows = await ctx.db.query<{ name: string; count: number }>(sql`
    select coalesce(end_reason, state) as name, count(*) as count from journey_instance where journey_key = ${key}
    group by 1 order by 1`);
  return Object.fromEntries(rows.map((row) => [row.name, row.count]));
}

/** Messages of a journey by state: those in the outbox and those in the log. */
export async function messages(ctx: TestContext, key: string): Promise<Record<string, number>> {
  const rows = await ctx.db.query<{ name: string; count: number }>(sql`
    select name, count(*) as count from (
      select o.state as name from outbox o join send s using (send_id) where s.journey_key = ${key}
      union all
      select m.state || coalesce(':' || m.reason, '') from message m join send s using (send_id) where s.journey_key = ${key}) known
    group by 1 order by 1`);
  return Object.fromEntries(rows.map((row) => [row.name, row.count]));
}
