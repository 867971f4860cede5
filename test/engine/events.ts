import type { EventItem } from '../../src/core/engine/index.ts';
import { bucketOf } from '../../src/platform/crypto.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createIngest } from '../../src/services/ingest/index.ts';
import type { TestContext } from '../support/context.ts';

let count = 0;

/** An event as ingestion makes it, of the person with a user id unless told otherwise. */
export function eventOf(userId: string, name: string, more: Partial<EventItem> & { now: number }): EventItem {
  const { now, ...given } = more;
  count += 1;
  return {
    kind: 'event',
    type: name === 'Identify' ? 'identify' : 'track',
    name,
    properties: {},
    traits: {},
    identities: [{ namespace: 'user_id', value: userId }],
    messageId: `m-${count}`,
    occurredAt: now,
    receivedAt: now,
    source: 'test',
    ...given,
  };
}

export async function accept(ctx: TestContext, items: readonly EventItem[]): Promise<void> {
  const ingest = createIngest(ctx);
  await ingest.accept(
    items.map((item) => {
      const [first] = item.identities;
      if (!first) throw new Error('The event names nobody.');
      return { bucket: bucketOf(first.namespace, first.value), item };
    }),
  );
  await ingest.idle();
}

/** The events of everybody, by user id, in order. */
export async function histories(ctx: TestContext): Promise<Record<string, string[]>> {
  const rows = await ctx.db.query<{ value: string; names: string[] }>(sql`
    select i.value, array_agg(e.name order by e.occurred_at, e.event_id) as names
    from identity i join event e on e.bucket = i.profile_bucket and e.profile_id = i.profile_id
    where i.namespace = 'user_id' group by i.value`);
  return Object.fromEntries(rows.map(({ value, names }) => [value, names]));
}
