// Live audiences through the engine: in with the event, out at the very instant, moved by traits, rows and saved memberships.

import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventItem } from '../../src/core/engine/index.ts';
import { inLanguage } from '../../src/core/kernel/index.ts';
import { bucketOf } from '../../src/platform/crypto.ts';
import { id, sql, toStatement, toText } from '../../src/platform/sql/index.ts';
import { countAudience, getAudience, listAudienceChanges, listMembers } from '../../src/services/audiences/index.ts';
import { applyDefinitions, archiveDefinition, plainDocument } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { importAudience, importFile, readMapping } from '../../src/services/imports/index.ts';
import { putItems } from '../../src/services/ingest/index.ts';
import { rulesToWatch, watchRows } from '../../src/services/live/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const DAY_MS = 86_400_000;

const audience = (key: string, rule: object) => ({ kind: 'audience', key, rule });
const apply = (...documents: object[]) =>
  applyDefinitions(ctx, { documents: documents.map(plainDocument), publish: true, dryRun: false });

let sent = 0;
async function arrive(user: string, name: string, more: Partial<EventItem> = {}): Promise<void> {
  const now = ctx.clock.now();
  const item: EventItem = {
    kind: 'event',
    type: 'track',
    name,
    properties: {},
    traits: {},
    identities: [{ namespace: 'user_id', value: user }],
    messageId: `m-${++sent}`,
    occurredAt: now,
    receivedAt: now,
    source: 'test',
    ...more,
  };
  await ctx.db.transaction((tx) => putItems(tx, [{ bucket: bucketOf('user_id', user), profileId: null, item }], now));
  await drain(ctx);
}

async function usersIn(key: string): Promise<string[]> {
  const rows = await ctx.db.query<{ value: string }>(sql`
    select i.value from audience_member m
      join identity i on i.profile_bucket = m.bucket and i.profile_id = m.profile_id and i.namespace = 'user_id'
    where m.audience_key = ${key} order by 1`);
  return rows.map((row) => row.value);
}

beforeAll(async () => {
  await apply(
    {
      kind: 'table',
      key: 'orders',
      columns: { order_no: 'integer', customer: 'text', total: 'decimal' },
      primary_key: 'order_no',
      identity: { column: 'customer', namespace: 'user_id' },
    },
    {
      kind: 'table',
      key: 'lines',
      columns: { order_no: 'integer', line_no: 'integer', sku: 'text' },
      primary_key: ['order_no', 'line_no'],
      links: { order: { to: 'orders', on: { order_no: 'order_no' } } },
    },
  );
  await apply(
    audience('frequent', { event: 'Ordered', within: '2d', count: { gte: 2 } }),
    audience('lapsed', { all: [{ event: 'Ordered' }, { none: [{ event: 'Ordered', within: '3d' }] }] }),
    audience('gold', { trait: 'tier', eq: 'gold' }),
    audience('gifted', { has: 'orders.lines', where: { column: 'sku', eq: 'gift' } }),
    audience('recent', { has: 'orders', where: { column: 'total', gte: 5 } }),
  );
  await drain(ctx);
});

test('who enters by an event leaves at the instant at which the window empties, not a millisecond later', async () => {
  await arrive('ada', 'Ordered');
  ctx.clock.advance(DAY_MS);
  await arrive('ada', 'Ordered');
  expect(await usersIn('frequent')).toEqual(['ada']);
  const since = ctx.clock.now();
  // The first order is two days old when one more day has passed; the window holds both up to then.
  ctx.clock.advance(DAY_MS);
  await drain(ctx);
  expect(await usersIn('frequent')).toEqual(['ada']);
  ctx.clock.advance(1);
  await drain(ctx);
  expect(await usersIn('frequent')).toEqual([]);
  const changes = await listAudienceChanges(ctx, { key: 'frequent', before: undefined, limit: 10 });
  expect(changes.map(({ at, change, cause }) => [at.getTime(), change, cause])).toEqual([
    [since + DAY_MS + 1, 'left', 'time'],
    [since, 'entered', 'event'],
  ]);
});

test('who did not do something enters when the time for it is over', async () => {
  await arrive('bob', 'Ordered');
  expect(await usersIn('lapsed')).toEqual([]);
  ctx.clock.advance(3 * DAY_MS);
  await drain(ctx);
  expect(await usersIn('lapsed')).toEqual(['ada']);
  ctx.clock.advance(1);
  await drain(ctx);
  expect(await usersIn('lapsed')).toEqual(['ada', 'bob']);
});

test('an event that comes late counts when it happened, one that comes early when its time has come', async () => {
  await arrive('cyd', 'Ordered', { occurredAt: ctx.clock.now() - DAY_MS });
  await arrive('cyd', 'Ordered', { occurredAt: ctx.clock.now() + 3_600_000 });
  expect(await usersIn('frequent')).toEqual([]);
  ctx.clock.advance(3_600_000);
  await drain(ctx);
  expect(await usersIn('frequent')).toEqual(['cyd']);
});

test('a trait moves its audience at once', async () => {
  await arrive('dan', 'Identify', { type: 'identify', traits: { tier: 'gold' } });
  expect(await usersIn('gold')).toEqual(['dan']);
  await arrive('dan', 'Identify', { type: 'identify', traits: { tier: 'iron' } });
  expect(await usersIn('gold')).toEqual([]);
});

async function importRows(table: string, rows: readonly object[], through = ctx): Promise<void> {
  const file = rows.map((row) => JSON.stringify(row)).join('\n');
  await importFile(through, {
    source: { stream: Readable.from([file]), name: `${table}.ndjson` },
    target: table,
    mapping: readMapping(''),
  });
  await drain(ctx);
}

test('rows that are imported move the people to whom they lead, before and after the change', async () => {
  await importRows('orders', [
    { order_no: 1, customer: 'ada', total: 9 },
    { order_no: 2, customer: 'bob', total: 3 },
  ]);
  expect(await usersIn('recent')).toEqual(['ada']);
  await importRows('lines', [{ order_no: 1, line_no: 1, sku: 'gift' }]);
  expect(await usersIn('gifted')).toEqual(['ada']);
  await importRows('orders', [{ order_no: 1, customer: 'bob', total: 9 }]);
  expect([await usersIn('recent'), await usersIn('gifted')]).toEqual([['bob'], ['bob']]);
});

test('files of rows compile the rules once for as long as these are in force, and never go by old ones', async () => {
  const read: string[] = [];
  const listening = {
    ...ctx,
    db: {
      ...ctx.db,
      transaction: <T>(work: Parameters<typeof ctx.db.transaction<T>>[0]) =>
        ctx.db.transaction<T>((tx) =>
          work({
            ...tx,
            query: (statement, options) => {
              read.push(toStatement(statement).text);
              return tx.query(statement, options);
            },
          }),
        ),
    },
  };
  const compiled = () =>
    read.splice(0).filter((text) => text.includes("body -> 'rule' as rule from definition")).length;
  const watch = async (key: string) => {
    const rules = await rulesToWatch(ctx.db, 'orders');
    if (key !== '') await apply(audience(key, { has: 'orders', where: { column: 'total', gte: 100 } }));
    return listening.db.transaction(async (tx) => {
      await tx.execute(sql`create temp table changing on commit drop as select 1::bigint as order_no`);
      return watchRows(tx, { table: 'orders', keys: id('changing'), rules, now: ctx.clock.now() });
    });
  };
  expect(await rulesToWatch(ctx.db, 'nothing')).toBeUndefined();
  expect(await watch('')).toBeDefined();
  expect(compiled()).toBe(0);
  // Published between the two: what was known is not in force any more.
  expect(await watch('big')).toBeDefined();
  expect(compiled()).toBe(1);
});

test('a rule that comes into force while rows are imported, or people saved, counts them as well', async () => {
  await importRows('orders', [{ order_no: 20, customer: 'late', total: 1 }]);
  const meanwhile = (before: string, publish: () => Promise<unknown>): typeof ctx => {
    const transaction: typeof ctx.db.transaction = (work, options) =>
      ctx.db.transaction((tx) => {
        const execute: typeof tx.execute = async (statement, haste) => {
          if (toText(statement).includes(before)) await publish();
          return tx.execute(statement, haste);
        };
        return work({ ...tx, execute });
      }, options);
    return { ...ctx, db: { ...ctx.db, transaction } };
  };
  const publishAndFill =
    (...documents: object[]) =>
    async () => {
      await apply(...documents);
      await drain(ctx);
    };
  await importRows(
    'lines',
    [{ order_no: 20, line_no: 1, sku: 'card' }],
    meanwhile(
      'insert into "data"."lines"',
      publishAndFill(audience('carded', { has: 'orders.lines', where: { column: 'sku', eq: 'card' } })),
    ),
  );
  expect(await usersIn('carded')).toEqual(['late']);

  await apply({ kind: 'audience', key: 'chosen', static: true });
  await importAudience(
    meanwhile('insert into audience_member', publishAndFill(audience('picked', { audience: 'chosen' }))),
    {
      key: 'chosen',
      source: { stream: Readable.from(['user_id\nlate\n']), name: 'chosen.csv' },
      mapping: readMapping(''),
      mode: 'append',
      createPeople: false,
    },
  );
  await drain(ctx);
  expect(await usersIn('picked')).toEqual(['late']);
});

test('a new audience is filled, read from its members when it is, and gone when it is archived', async () => {
  const applied = await apply(audience('ever', { event: 'Ordered', count: { gte: 2 } }));
  expect(applied[0]?.notes).toEqual([]);
  expect(await getAudience(ctx, 'ever')).toMatchObject({ members: 'live', filled: { buckets: 0, of: 256 } });
  expect(await countAudience(ctx, { key: 'ever' })).toMatchObject({ count: 2, kept: false });
  await drain(ctx);
  expect(await getAudience(ctx, 'ever')).toMatchObject({ filled: { buckets: 256, of: 256 } });
  expect(await countAudience(ctx, { key: 'ever' })).toMatchObject({ count: 2, kept: true });
  const members = await listMembers(ctx, { key: 'ever', after: undefined, limit: 10 });
  expect(members.map((member) => member.since?.getTime())).toEqual([ctx.clock.now(), ctx.clock.now()]);
  expect(await listAudienceChanges(ctx, { key: 'ever', before: undefined, limit: 10 })).toEqual([]);
  await archiveDefinition(ctx, 'audience', 'ever');
  await drain(ctx);
  expect(await usersIn('ever')).toEqual([]);
});

test('a rule that does not stream says why when it is published, and is computed when it is asked for', async () => {
  const [applied] = await apply(audience('soon', { event: 'Ordered', where: { due: { after: 'now' } } }));
  expect(applied?.notes.map((note) => inLanguage(note))).toEqual([
    expect.stringContaining('It does not stream because of rule.where.due: The property "due" is compared'),
  ]);
  const state = await getAudience(ctx, 'soon');
  expect([state.members, state.why.map(({ path }) => path)]).toEqual(['computed', ['where.due']]);
});

test('memberships that were kept from somebody are found by the doctor', async () => {
  await drain(ctx);
  expect((await examine(ctx)).findings).toEqual([]);
  await ctx.db.execute(sql`delete from audience_member where audience_key = 'lapsed'`);
  expect((await examine(ctx)).findings).toContainEqual({
    kind: 'membership_differs_from_rule',
    subject: 'audience lapsed',
    count: 2,
  });
});

test('a person with more events than are remembered one by one is answered from the history', async () => {
  await apply(audience('much', { event: 'Seen', within: '10d', sum: { of: 'n', gte: 1_050 } }));
  await drain(ctx);
  const now = ctx.clock.now();
  const bucket = bucketOf('user_id', 'bot');
  const rows = Array.from({ length: 1_050 }, (_, index) => ({
    bucket,
    profileId: null,
    item: {
      kind: 'event' as const,
      type: 'track' as const,
      name: 'Seen',
      properties: { n: 1 },
      traits: {},
      identities: [{ namespace: 'user_id', value: 'bot' }],
      messageId: `seen-${index}`,
      occurredAt: now - index * 1_000,
      receivedAt: now,
      source: 'test',
    },
  }));
  await ctx.db.transaction((tx) => putItems(tx, rows, now));
  await drain(ctx);
  expect(await usersIn('much')).toEqual(['bot']);
  ctx.clock.advance(10 * DAY_MS - 1_049_000);
  await drain(ctx);
  expect(await usersIn('much')).toEqual(['bot']);
  ctx.clock.advance(1);
  await drain(ctx);
  expect(await usersIn('much')).toEqual([]);
});
