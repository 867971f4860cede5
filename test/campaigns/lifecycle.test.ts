import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CampaignDefinition, type CampaignInput } from '../../src/core/campaigns/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import {
  advanceCampaigns,
  confirmEmail,
  listRuns,
  pauseRun,
  publishCampaign,
  purgeRuns,
  restartRun,
  resumeRun,
  runLog,
  runTasks,
  settleRun,
  showRun,
  stopRun,
  transitionRows,
} from '../../src/services/campaigns/index.ts';
import { startRun } from '../../src/services/campaigns/start-run.ts';
import { plainDocument, saveDraft } from '../../src/services/definitions/index.ts';
import { createTestContext, TEST_START, type TestContext } from '../support/context.ts';
import { addPeople, beginRun, declareShop, emptyShop } from './shop.ts';

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
  await declareShop(ctx);
  const template = {
    kind: 'template',
    key: 'hello',
    channel: 'email',
    subject: 'Hello',
    text: 'Hello {{ message.unsubscribe_url }}',
  };
  const { TemplateDefinition } = await import('../../src/core/content/index.ts');
  const at = new Date(TEST_START);
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    values ('template', 'hello', 1, 'published', ${JSON.stringify(TemplateDefinition.parse(template))}, ${at}, ${at}, ${at})`);
});
afterAll(() => ctx.close());
beforeEach(async () => {
  await emptyShop(ctx);
  await addPeople(
    ctx,
    Array.from({ length: 20 }, (_, n) => ({ name: `p${n}`, n, email: `p${n}@a.org` })),
  );
});

const address = { campaignKey: 'example' };
const people = { type: 'build-audience' as const, next: 'it' };
const waiting: CampaignInput['activities'] = {
  all: people,
  it: { type: 'wait', for: '3d', next: 'last' },
  last: { type: 'deduplicate', by: 'keys' },
};
const states = async () =>
  Object.fromEntries((await runTasks(ctx, address)).map((task) => [task.activity, task.state]));
const state = async () => (await showRun(ctx, address)).state;

test('a wait holds the population until its time has come', async () => {
  await beginRun(ctx, waiting, { mode: 'live' });
  await advanceCampaigns(ctx);
  expect(await states()).toEqual({ all: 'done', it: 'waiting', last: 'pending' });
  expect(await state()).toBe('waiting');
  ctx.clock.advance(3 * 86_400_000 - 1);
  await advanceCampaigns(ctx);
  expect((await states()).it).toBe('waiting');
  ctx.clock.advance(1);
  await advanceCampaigns(ctx);
  expect(await state()).toBe('completed');
  expect((await showRun(ctx, address)).activities.map((it) => it.outlets[0]?.row_count)).toEqual([20, 20, 20]);
});

test('a run begins at the local time of its schedule, and its waits read their clock in the same zone', async () => {
  const now = ctx.clock.now();
  const day = new Date(now + 86_400_000).toISOString().slice(0, 10);
  const definition = CampaignDefinition.parse({
    kind: 'campaign',
    key: 'example',
    schedule: { once: `${day}T09:00`, zone: 'America/New_York' },
    activities: { all: people, it: { type: 'wait', until: `${day}T10:00`, next: 'last' }, last: { type: 'end' } },
  });
  const run = await ctx.db.transaction((tx) => startRun(tx, { definition, version: 1, mode: 'live', now }));
  expect(new Date(run.startsAt).toISOString()).toMatch(/T1[34]:00:00/);
  await advanceCampaigns(ctx);
  expect(await state()).toBe('scheduled');
  ctx.clock.advanceTo(run.startsAt);
  await advanceCampaigns(ctx);
  expect(await state()).toBe('waiting');
  ctx.clock.advance(3_600_000);
  await advanceCampaigns(ctx);
  expect(await state()).toBe('completed');
});

test('a paused run starts no activity; resumed it ends as if it had never stood still', async () => {
  await beginRun(ctx, waiting);
  expect((await pauseRun(ctx, address)).state).toBe('paused');
  await advanceCampaigns(ctx);
  expect(await states()).toEqual({ all: 'pending', it: 'pending', last: 'pending' });
  await resumeRun(ctx, address);
  await advanceCampaigns(ctx);
  ctx.clock.advance(3 * 86_400_000);
  await advanceCampaigns(ctx);
  expect(await state()).toBe('completed');
});

test('pausing does not wait for the activity that is being executed, and the run is paused when it has ended', async () => {
  const runId = await beginRun(ctx, waiting);
  await ctx.db.transaction(async (worker) => {
    await worker.execute(sql`select 1 from campaign_task where run_id = ${runId} and activity = 'all' for update`);
    expect((await pauseRun(ctx, address)).state).toBe('pausing');
  });
  expect(await settleRun(ctx, runId)).toBe('paused');
});

test('a stopped run stays stopped', async () => {
  await beginRun(ctx, waiting);
  await advanceCampaigns(ctx);
  expect((await stopRun(ctx, address)).state).toBe('stopped');
  expect(await states()).toEqual({ all: 'done', it: 'stopped', last: 'stopped' });
  await expect(resumeRun(ctx, address)).rejects.toThrow('stays stopped');
});

test('an activity that fails fails its run with the reason; resuming tries it again', async () => {
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since) values (0, 'mine', 1, ${new Date(TEST_START)})`);
  const activities: CampaignInput['activities'] = {
    all: people,
    it: { type: 'save-audience', audience: 'mine', mode: 'create', next: 'last' },
    last: { type: 'deduplicate', by: 'keys' },
  };
  await beginRun(ctx, activities, { mode: 'live' });
  await advanceCampaigns(ctx);
  const failed = await showRun(ctx, address);
  expect(failed).toMatchObject({ state: 'failed', reason: expect.stringContaining('already has members') });
  expect(await states()).toEqual({ all: 'done', it: 'failed', last: 'pending' });
  const log = await runLog(ctx, { ...address, limit: 100 });
  expect(log.find((line) => line.level === 'error')?.activity).toBe('it');
  await ctx.db.execute(sql`delete from audience_member`);
  await resumeRun(ctx, address);
  await advanceCampaigns(ctx);
  expect(await state()).toBe('completed');
  expect((await runTasks(ctx, address)).map((task) => task.attempt)).toEqual([1, 2, 1]);
});

test('with error_policy abort a failure stops the run for good', async () => {
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since) values (0, 'mine', 1, ${new Date(TEST_START)})`);
  const definition = CampaignDefinition.parse({
    kind: 'campaign',
    key: 'example',
    error_policy: 'abort',
    activities: { all: people, it: { type: 'save-audience', audience: 'mine', mode: 'create' } },
  });
  const now = ctx.clock.now();
  await ctx.db.transaction((tx) => startRun(tx, { definition, version: 1, mode: 'live', now }));
  await advanceCampaigns(ctx);
  expect(await showRun(ctx, address)).toMatchObject({
    state: 'stopped',
    reason: expect.stringContaining('already has members'),
  });
});

test('restarting from an activity drops what lies behind it and keeps what lies before', async () => {
  const runId = await beginRun(ctx, {
    all: people,
    it: { type: 'split', then: { a: { limit: 5, next: 'saved' }, b: { next: 'other' } } },
    saved: { type: 'deduplicate', by: 'keys' },
    other: { type: 'deduplicate', by: 'keys' },
  });
  await advanceCampaigns(ctx);
  const before = await transitionRows(ctx, { ...address, activity: 'it', outlet: 'a', limit: 50 });
  await restartRun(ctx, { ...address, from: 'it' });
  await expect(transitionRows(ctx, { ...address, activity: 'it', outlet: 'a', limit: 50 })).rejects.toThrow(
    `Run ${runId} has no arrow "it.a".`,
  );
  await expect(transitionRows(ctx, { ...address, activity: 'al', limit: 50 })).rejects.toMatchObject({
    problems: [{ path: 'arrow', expected: 'all.next', suggestion: 'all.next' }],
  });
  await advanceCampaigns(ctx);
  expect(await state()).toBe('completed');
  expect((await runTasks(ctx, address)).map((task) => task.attempt)).toEqual([1, 2, 2, 2]);
  expect(await transitionRows(ctx, { ...address, activity: 'it', outlet: 'a', limit: 50 })).toEqual(before);
  await expect(restartRun(ctx, { ...address, runId, from: 'svaed' })).rejects.toThrow('no activity "svaed"');
});

const mailing: CampaignInput['activities'] = {
  all: people,
  it: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', confirm: true, next: 'after' },
  after: { type: 'deduplicate', by: 'keys' },
};

test('an email waits to be confirmed, its population goes on at once, and the run ends when its send does', async () => {
  await beginRun(ctx, mailing, { mode: 'live' });
  await advanceCampaigns(ctx);
  expect(await states()).toEqual({ all: 'done', it: 'waiting', after: 'done' });
  const held = await showRun(ctx, address);
  expect(held.state).toBe('waiting');
  expect(held.sends[0]).toMatchObject({ activity: 'it', state: 'prepared', summary: { targeted: 20, queued: 20 } });
  expect((await confirmEmail(ctx, address)).confirmed).toEqual(['it']);
  await ctx.db.execute(sql`delete from outbox`);
  await ctx.db.execute(sql`update send set state = 'finished', finished_at = ${new Date(ctx.clock.now())}`);
  await advanceCampaigns(ctx);
  expect(await state()).toBe('completed');
});

test('pausing a run pauses its sends, resuming lets them go on, stopping excludes what is left', async () => {
  await beginRun(ctx, { ...mailing, it: { ...mailing.it, confirm: false } as never }, { mode: 'live' });
  await advanceCampaigns(ctx);
  await pauseRun(ctx, address);
  expect((await showRun(ctx, address)).sends[0]?.state).toBe('paused');
  await resumeRun(ctx, address);
  expect((await showRun(ctx, address)).sends[0]?.state).toBe('sending');
  await stopRun(ctx, address);
  expect((await showRun(ctx, address)).sends[0]).toMatchObject({
    state: 'stopped',
    summary: { targeted: 20, queued: 0, excluded: 20, excluded_by: { stopped: 20 } },
  });
});

test('an email that has sent cannot be restarted, one that only waits can', async () => {
  await beginRun(ctx, mailing, { mode: 'live' });
  await advanceCampaigns(ctx);
  await restartRun(ctx, { ...address, from: 'it' });
  await advanceCampaigns(ctx);
  const sends = (await showRun(ctx, address)).sends;
  expect(sends.map((send) => send.state)).toEqual(['stopped', 'prepared']);
  await ctx.db.execute(sql`
    update outbox set state = 'sending', worker_id = 1 where (bucket, message_id) in (
      select bucket, message_id from outbox where send_id = ${sends[1]?.send_id} limit 1)`);
  await expect(restartRun(ctx, { ...address, from: 'all' })).rejects.toThrow('already sent');
});

test('a message that is claimed while its email is being restarted keeps the email from being restarted', async () => {
  await beginRun(ctx, { ...mailing, it: { ...mailing.it, confirm: false } as never }, { mode: 'live' });
  await advanceCampaigns(ctx);
  const sendId = (await showRun(ctx, address)).sends[0]?.send_id;
  let restarted: Promise<unknown> | undefined;
  await ctx.db.transaction(async (worker) => {
    await worker.execute(sql`
      update outbox set state = 'sending', worker_id = 1 where (bucket, message_id) in (
        select bucket, message_id from outbox where send_id = ${sendId} limit 1)`);
    restarted = restartRun(ctx, { ...address, from: 'it' }).catch((error: unknown) => error);
    for (;;) {
      const { waits } = await ctx.db.one<{ waits: number }>(sql`
        select count(*) as waits from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%delete from outbox%'`);
      if (waits > 0) break;
    }
  });
  expect(await restarted).toMatchObject({ code: 'conflict', message: expect.stringContaining('already sent') });
  expect((await showRun(ctx, address)).sends[0]).toMatchObject({ state: 'sending', summary: { excluded: 0 } });
});

test('a send that an email prepared while its run was being paused stands still with the run', async () => {
  const runId = await beginRun(ctx, { ...mailing, it: { ...mailing.it, confirm: false } as never }, { mode: 'live' });
  await advanceCampaigns(ctx);
  // As the pause left it that looked for sends before this one was there.
  await ctx.db.execute(sql`update campaign_run set state = 'pausing' where run_id = ${runId}`);
  expect(await settleRun(ctx, runId)).toBe('paused');
  expect((await showRun(ctx, address)).sends[0]?.state).toBe('paused');
  await resumeRun(ctx, address);
  expect((await showRun(ctx, address)).sends[0]?.state).toBe('sending');
});

test('a run that is over goes on only while no other of its campaign is alive', async () => {
  const runId = await beginRun(ctx, { all: people, it: { type: 'deduplicate', by: 'keys' } });
  await advanceCampaigns(ctx);
  const other = await beginRun(ctx, waiting);
  await expect(restartRun(ctx, { ...address, runId, from: 'it' })).rejects.toThrow(`Run ${other}`);
  await ctx.db.execute(sql`update campaign_run set state = 'failed', finished_at = null where run_id = ${runId}`);
  await expect(resumeRun(ctx, { ...address, runId })).rejects.toThrow(`Run ${other}`);
});

test('a run whose rows were purged is restarted from its beginning, not from where it would find nobody', async () => {
  const pair: CampaignInput['activities'] = { all: people, it: { type: 'deduplicate', by: 'keys' } };
  const runId = await beginRun(ctx, pair);
  await advanceCampaigns(ctx);
  await beginRun(ctx, pair);
  await advanceCampaigns(ctx);
  await purgeRuns(ctx, { campaignKey: 'example', before: undefined });
  await expect(restartRun(ctx, { ...address, runId, from: 'it' })).rejects.toThrow('were purged');
  await restartRun(ctx, { ...address, runId, from: 'all' });
  await advanceCampaigns(ctx);
  const rows = await transitionRows(ctx, { ...address, runId, activity: 'it', limit: 50 });
  expect(rows.row_count).toBe(20);
});

test('a test run sends nothing', async () => {
  await beginRun(ctx, mailing, { mode: 'test' });
  await advanceCampaigns(ctx);
  const run = await showRun(ctx, address);
  expect(run).toMatchObject({ state: 'completed', sends: [] });
  expect(
    (await runLog(ctx, { ...address, limit: 50 })).some((line) => line.message.includes('would hand 20 rows')),
  ).toBe(true);
});

test('any number of engines execute each task once', async () => {
  const branches = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [
      `b${n}`,
      { type: 'build-audience' as const, rule: { trait: 'n', gte: n }, next: 'it' },
    ]),
  );
  await beginRun(ctx, {
    ...branches,
    it: { type: 'combine', mode: 'union', next: 'last' },
    last: { type: 'deduplicate', by: 'keys' },
  });
  await Promise.all(Array.from({ length: 4 }, () => advanceCampaigns(ctx)));
  await advanceCampaigns(ctx);
  expect(await state()).toBe('completed');
  const done = (await runLog(ctx, { ...address, limit: 100 })).filter((line) => line.message.startsWith('Done'));
  expect(done.map((line) => line.activity).sort()).toEqual([...Object.keys(branches), 'it', 'last'].sort());
});

test('while a run is alive the same campaign starts no other of its mode', async () => {
  await beginRun(ctx, waiting);
  await expect(beginRun(ctx, waiting)).rejects.toThrow('stop it first');
  await beginRun(ctx, waiting, { mode: 'live' });
});

test('a campaign that is published several times at once runs once', async () => {
  const document = { activities: { all: people, it: { type: 'deduplicate', by: 'keys' } } };
  await saveDraft(ctx, { kind: 'campaign', key: 'hasty', document: plainDocument(document) });
  const published = await Promise.allSettled(Array.from({ length: 4 }, () => publishCampaign(ctx, 'hasty')));
  const refused = published.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  expect(refused).toEqual(['conflict', 'conflict', 'conflict']);
  expect(await listRuns(ctx, { campaignKey: 'hasty', limit: 10 })).toHaveLength(1);
});

test('rows can be paged, and of the runs that have ended only the newest keeps them', async () => {
  for (let n = 0; n < 3; n++) {
    await beginRun(ctx, { all: people, it: { type: 'deduplicate', by: 'keys' } });
    await advanceCampaigns(ctx);
  }
  await purgeRuns(ctx, { campaignKey: 'example', before: undefined });
  const [newest, older] = await listRuns(ctx, { limit: 10 });
  const page = { ...address, runId: newest?.run_id, activity: 'it', limit: 12 };
  const first = await transitionRows(ctx, page);
  const second = await transitionRows(ctx, { ...page, after: first.next ?? '' });
  expect([first.rows.length, second.rows.length, second.next]).toEqual([12, 8, null]);
  expect(new Set([...first.rows, ...second.rows].map((row) => row.profile_id)).size).toBe(20);
  await expect(transitionRows(ctx, { ...page, runId: older?.run_id })).rejects.toThrow('purged');
  const { tables } = await ctx.db.one<{
    tables: number;
  }>(sql`select count(*) as tables from pg_tables where schemaname = 'work'
    and tablename like ${`r${older?.run_id}_%`}`);
  expect(tables).toBe(0);
});
