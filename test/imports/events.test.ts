import { Readable } from 'node:stream';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { EventItem } from '../../src/core/engine/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { importFile, listRejects, readMapping } from '../../src/services/imports/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
afterEach(() => ctx.db.execute(sql`delete from inbox`));

const load = (text: string, mapping?: string, more: object = {}) =>
  importFile(ctx, {
    source: { stream: Readable.from([Buffer.from(text)]), name: 'events.txt' },
    target: 'events',
    mapping: readMapping(mapping),
    ...more,
  });
const inbox = async () =>
  (await ctx.db.query<{ body: EventItem }>(sql`select body from inbox order by inbox_id`)).map(({ body }) => body);

test('NDJSON of the Segment specification fills history without triggering anything', async () => {
  const lines = [
    { type: 'track', event: 'Order Completed', userId: 7, timestamp: '2024-05-01T10:00:00Z', properties: { total: 5 } },
    { type: 'identify', userId: 'u8', traits: { email: 'ana@example.com' }, timestamp: '2024-05-02T10:00:00Z' },
    { type: 'track', userId: 'u9' },
    { type: 'track', event: 'Viewed', anonymousId: 'a1', messageId: 'm1', integrations: { All: true } },
  ];
  const { counts, importId } = await load(lines.map((line) => JSON.stringify(line)).join('\n'));
  expect(counts).toMatchObject({ read: 4, inserted: 3, rejected: 1 });
  const events = await inbox();
  expect(events.every(({ historical, source }) => historical && source === 'import:events.txt')).toBe(true);
  expect(events[0]).toMatchObject({
    name: 'Order Completed',
    identities: [{ namespace: 'user_id', value: '7' }],
    properties: { total: 5 },
    occurredAt: Date.parse('2024-05-01T10:00:00Z'),
  });
  expect(events[1]).toMatchObject({ name: 'Identify', traits: { email: 'ana@example.com' } });
  expect(events[2]).toMatchObject({ messageId: 'm1', properties: {} });
  const rejects = await listRejects(ctx, importId, { after: undefined, limit: 10 });
  expect(rejects).toMatchObject([{ line: 3, reason: 'missing_event_name' }]);
});

test('CSV becomes events column by column: fields, identities, and the rest as properties of their types', async () => {
  const csv = [
    'event,Email,timestamp,total,Express,sku',
    'Order Completed,Ana@Example.com,2024-05-01 10:00,12.5,true,A-1',
    'Order Completed,no address,2024-05-01 10:00,3,false,A-2',
    'Order Completed,bob@example.com,soon,3,false,A-2',
  ].join('\n');
  const { counts } = await load(csv);
  expect(counts).toMatchObject({ read: 3, inserted: 1, rejected: 2 });
  expect(await inbox()).toMatchObject([
    {
      identities: [{ namespace: 'email', value: 'ana@example.com' }],
      properties: { total: 12.5, express: true, sku: 'A-1' },
      occurredAt: Date.parse('2024-05-01T10:00:00Z'),
    },
  ]);
});

test('a mapping names the event, its time and its people', async () => {
  const mapping = `
columns:
  event: { constant: Invoice Paid }
  timestamp: { column: Datum, format: DD.MM.YYYY HH:mm, zone: Europe/Zurich }
  amount: { multiply: [Menge, Preis] }
identities:
  customer_no: Kunde
`;
  const { counts } = await load('Kunde;Datum;Menge;Preis\n17850.0;01.12.2025 08:30;2;1.25\n', mapping);
  expect(counts).toMatchObject({ read: 1, inserted: 1 });
  expect(await inbox()).toMatchObject([
    {
      name: 'Invoice Paid',
      identities: [{ namespace: 'customer_no', value: '17850' }],
      properties: { amount: 2.5 },
      occurredAt: Date.parse('2025-12-01T07:30:00Z'),
    },
  ]);
  await expect(load('a,b\n1,2\n', 'traits: { x: a }')).rejects.toMatchObject({ code: 'invalid' });
});

test('the same file twice says the same message ids; too many rejects or a dry run put nothing', async () => {
  const csv = 'event,user_id,timestamp\nPaid,u1,2024-01-01\nPaid,u1,2024-01-01\n,u1,2024-01-01\n';
  await load(csv, undefined, { dryRun: true });
  await expect(load(csv, undefined, { rejectsMax: 0 })).rejects.toMatchObject({ code: 'invalid' });
  expect(await inbox()).toEqual([]);
  await load(csv);
  await load(csv);
  const ids = (await inbox()).map(({ messageId }) => messageId);
  expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  expect(new Set(ids).size).toBe(2);
});

test('a number that JSON would round stays the text that it is in the file', async () => {
  await load('event,user_id,order_id,total\nPaid,u1,10153284726483921,9007199254740991\n');
  expect(await inbox()).toMatchObject([{ properties: { order_id: '10153284726483921', total: 9007199254740991 } }]);
});

test('a file read by another mapping says other events', async () => {
  const csv = 'user_id,timestamp\nu1,2024-01-01\n';
  await load(csv, 'columns: { event: { constant: Viewed }, user_id: user_id, timestamp: timestamp }');
  await load(csv, 'columns: { event: { constant: Bought }, user_id: user_id, timestamp: timestamp }');
  const [viewed, bought] = await inbox();
  expect(viewed?.messageId).not.toBe(bought?.messageId);
});
