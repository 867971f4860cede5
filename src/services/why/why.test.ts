import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestContext, TEST_START } from '../../../test/support/context.ts';
import { ProfileInput } from '../../core/profiles/index.ts';
import { ensureMonthPartitions, sql } from '../../platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../definitions/index.ts';
import { drain } from '../engine/index.ts';
import { createIngest, receiveEvents } from '../ingest/index.ts';
import { pauseJourney, resumeJourney } from '../journeys/index.ts';
import { upsertProfiles } from '../profiles/index.ts';
import { explainWhy, type SaidReason } from './index.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const DAY_MS = 86_400_000;
const settings = { consent: 'opt-in', per_row: false, deadline_ms: 1, on_uncertain: 'keep', stop_loss: false };

const DOCUMENTS = [
  { kind: 'template', key: 'hello', subject: 'Hello', text: 'Hello. {{ message.unsubscribe_url }}' },
  { kind: 'audience', key: 'buyers', rule: { event: 'Order Completed', within: '5d' } },
  {
    kind: 'journey',
    key: 'thanks',
    entry: { event: 'Order Completed' },
    start: 'pause',
    steps: {
      pause: { type: 'wait', for: '1d', next: 'mail' },
      mail: { type: 'email', template: 'hello', channel: 'sandbox', next: 'rest' },
      rest: { type: 'wait', for: '30d', next: 'end' },
    },
  },
];

const texts = (reasons: readonly SaidReason[]): string[] =>
  reasons.flatMap(({ text, because }) => [text, ...texts(because)]);
const ask = async (question: Parameters<typeof explainWhy>[1]['question'], profile = 'ada@example.com') => {
  const { answer, reasons } = await explainWhy(ctx, { profile, question });
  return { answer, texts: texts(reasons) };
};

const BIG_ORDERS = {
  kind: 'journey',
  key: 'big-orders',
  entry: { event: 'Big Order', where: { total: { gt: 100 } } },
  max_inside: 1,
  start: 'rest',
  steps: { rest: { type: 'wait', for: '60d', next: 'end' } },
};

let orders = 0;
async function order(userId: string, total: number): Promise<void> {
  ctx.clock.advanceTo(ctx.clock.now() + 1_000);
  const raw = { type: 'track', event: 'Big Order', userId, messageId: `big-${++orders}`, properties: { total } };
  await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws: [raw], source: 'shop' });
  await drain(ctx);
}

beforeAll(async () => {
  await applyDefinitions(ctx, { documents: DOCUMENTS.map(plainDocument), publish: true, dryRun: false });
  const person = (name: string, status: 'granted' | 'refused') =>
    ProfileInput.parse({
      identities: { user_id: name },
      columns: { email: `${name}@example.com` },
      consents: [{ channel: 'email', status }],
    });
  const options = { now: TEST_START, source: 'form', overRefusal: true };
  await ctx.db.transaction((tx) => upsertProfiles(tx, [person('ada', 'granted'), person('bob', 'refused')], options));
  await drain(ctx);
  ctx.clock.advanceTo(TEST_START + DAY_MS);
  const raws = ['ada', 'bob'].map((userId) => ({ type: 'track', event: 'Order Completed', userId, messageId: userId }));
  await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws, source: 'shop' });
  await drain(ctx);
  ctx.clock.advanceTo(TEST_START + 2 * DAY_MS);
  await drain(ctx);
});

describe('why', () => {
  it('who came by an event of the past is told that it was imported, which starts nothing', async () => {
    const at = new Date(ctx.clock.now()).toISOString();
    const raw = { type: 'track', event: 'Order Completed', userId: 'pam', timestamp: at, traits: {} };
    const context = { traits: { email: 'pam@example.com' } };
    await receiveEvents(ctx, createIngest(ctx), { inlet: 'import', raws: [{ ...raw, context }], source: 'shop' });
    await drain(ctx);
    const why = await ask({ journey: 'thanks' }, 'pam@example.com');
    expect(why.texts.join('\n')).toContain('"Order Completed" happened last, and was imported as history');
  });

  it('a journey is told passage by passage, with what is waited for and until when', async () => {
    const why = await ask({ journey: 'thanks' });
    expect(why.answer).toBe('In thanks since 2026-03-03 09:00:00 UTC: waits at rest, until 2026-04-03 09:00:00 UTC.');
    expect(why.texts).toEqual(
      expect.arrayContaining([
        'entered version 1 by "Order Completed"',
        'came to pause, which waits 1 day',
        'had waited long enough',
        expect.stringMatching(/^was sent "hello"/),
      ]),
    );
  });

  it('of somebody who was not written to the journey says so, and the message says which consent was missing', async () => {
    const { texts: passages } = await ask({ journey: 'thanks' }, 'bob@example.com');
    expect(passages).toContain('was not sent "hello": no consent');
    const { message_id } = await ctx.db.one<{ message_id: number }>(
      sql`select message_id from message where state = 'excluded'`,
    );
    const why = await ask({ message: message_id }, 'bob@example.com');
    expect(why.answer).toMatch(/was not sent: the person's consent did not allow it\.$/);
    expect(why.texts).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^queued by step mail of journey thanks, version 1/),
        'consent: this send asks that email was granted',
        'refused for email as a whole, said through form',
      ]),
    );
  });

  it('of somebody who never came in it says what lets people in', async () => {
    await ctx.db.transaction((tx) =>
      upsertProfiles(tx, [ProfileInput.parse({ identities: { user_id: 'eve' } })], {
        now: ctx.clock.now(),
        source: 'form',
        overRefusal: true,
      }),
    );
    const why = await ask({ journey: 'thanks' }, 'user_id:eve');
    expect(why.answer).toBe('Was never in thanks.');
    expect(why.texts).toContain('people come in by the event "Order Completed"');
    expect(why.texts).toContain('never happened to this person');
  });

  it('of somebody who was not let in it gives the reason, of an event that did not fit what it said', async () => {
    await applyDefinitions(ctx, { documents: [plainDocument(BIG_ORDERS)], publish: true, dryRun: false });
    await order('kim', 20);
    const unfit = await ask({ journey: 'big-orders' }, 'user_id:kim');
    expect(unfit.answer).toBe('Was never in big-orders.');
    expect(unfit.texts).toContain('does not fit: asked is that total is more than 100, and it was 20');
    await pauseJourney(ctx, { key: 'big-orders' });
    await order('kim', 200);
    const paused = await ask({ journey: 'big-orders' }, 'user_id:kim');
    expect(paused.answer).toMatch(/^Was never in big-orders; on .* was not let in: the journey was paused\.$/);
    expect(paused.texts).toContain('would have entered version 1 by "Big Order"');
    await resumeJourney(ctx, { key: 'big-orders' });
    await order('kim', 300);
    expect((await ask({ journey: 'big-orders' }, 'user_id:kim')).texts).not.toContain(
      'was not let in: the journey was paused',
    );
    await order('kim', 400);
    const inside = await ask({ journey: 'big-orders' }, 'user_id:kim');
    expect(inside.answer).toMatch(/^In big-orders/);
    expect(inside.texts).toContain('was not let in: was inside already');
    await order('lee', 500);
    const full = await ask({ journey: 'big-orders' }, 'user_id:lee');
    expect(full.answer).toMatch(/was not let in: as many people as may be inside at once were inside\.$/);
    expect((await ask({}, 'user_id:lee')).texts).toContain(
      'big-orders: was not let in: as many people as may be inside at once were inside',
    );
    expect(
      await ctx.db.query(sql`select reason from journey_refusal where journey_key = 'big-orders' order by reason`),
    ).toEqual([{ reason: 'inside' }, { reason: 'max-inside' }]);
  });

  it('a membership names the event that caused it, and the time that ended it', async () => {
    expect(await ask({ audience: 'buyers' })).toMatchObject({
      answer: 'In buyers since 2026-03-03 09:00:00 UTC.',
      texts: expect.arrayContaining(['entered: by the event Order Completed of 2026-03-03 09:00:00 UTC']),
    });
    ctx.clock.advanceTo(TEST_START + 8 * DAY_MS);
    await drain(ctx);
    const why = await ask({ audience: 'buyers' });
    expect(why.answer).toMatch(/^Not in buyers: left on/);
    expect(why.texts.some((text) => text.startsWith('left: because time passed'))).toBe(true);
  });

  it('a failed message gives the words of the provider, a sent one what the person did', async () => {
    const now = ctx.clock.now();
    await ensureMonthPartitions(ctx.db, 'message', [now]);
    const { bucket, profile_id } = await ctx.db.one<{ bucket: number; profile_id: number }>(
      sql`select bucket, profile_id from profile where email = 'ada@example.com'`,
    );
    const { send_id } = await ctx.db.one<{ send_id: number }>(sql`
      insert into send (campaign_key, activity, channel, channel_key, template_key, template_version, lane, state, settings, created_at)
      values ('spring', 'mail', 'email', 'sandbox', 'hello', 1, 'campaign', 'sending', ${JSON.stringify(settings)}::jsonb, ${new Date(now)})
      returning send_id`);
    await ctx.db.execute(sql`
      insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, reason, detail, attempts, settled_at)
      select ${bucket}, id, ${new Date(now)}, ${send_id}, ${profile_id}, 'ada@example.com', state, reason, detail, 2, ${new Date(now)}
      from (values (900001, 'failed', 'hard_bounce', '550 no such user'), (900002, 'sent', null, '250 ok')) m (id, state, reason, detail)`);
    await ctx.db.execute(sql`
      insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
      values (${bucket}, 900002, 'opened', false, ${send_id}, ${profile_id}, ${new Date(now)}, ${new Date(now)}, 1)`);
    const failed = await ask({ message: 900_001 });
    expect(failed.answer).toMatch(/failed on .*: hard bounce\.$/);
    expect(failed.texts).toContain('in its own words: 550 no such user');
    expect((await ask({ message: 900_002 })).texts).toContain('opened by the person');
  });

  it('asked about nothing it says what there is to ask about', async () => {
    const why = await ask({});
    expect(why.texts).toEqual(expect.arrayContaining(['journeys', 'messages']));
    await expect(ask({ journey: 'thanks', audience: 'buyers' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(ask({ message: 1 })).rejects.toMatchObject({ code: 'not_found' });
  });
});
