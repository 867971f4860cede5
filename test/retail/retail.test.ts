import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChannel } from '../../src/channels/providers/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import {
  publishCampaign,
  type RunView,
  runRecipients,
  showRun,
  startCampaigns,
  transitionRows,
} from '../../src/services/campaigns/index.ts';
import { applyDefinitions, plainDocument, readDocuments } from '../../src/services/definitions/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { importFile, readMapping } from '../../src/services/imports/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { type Expected, expectedFromFiles } from './expected.ts';

const ROOT = join(import.meta.dirname, '../..');
const DATA = join(ROOT, '../shared/data');
const EXAMPLE = join(ROOT, 'examples/retail');
const hasData = existsSync(join(DATA, 'online-retail.csv.gz'));

/** The accounting of a share: `10%` of n people is this many. */
const share = (percent: number, of: number) => Math.round((of * percent) / 100);

type Mail = { readonly to: string; readonly subject: string; readonly html: string };

describe.skipIf(!hasData)("a retailer's year becomes a campaign in which every number is right", () => {
  let ctx: TestContext;
  let expected: Expected;
  let run: RunView;
  const mails: Mail[] = [];
  const sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        const to = session.envelope.rcptTo[0]?.address ?? '';
        mails.push({ to, subject: mail.subject ?? '', html: mail.html ?? '' });
        done();
      });
    },
  });

  beforeAll(async () => {
    ctx = await createTestContext({ clock: systemClock });
    expected = expectedFromFiles(DATA);
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    await applyExample(ctx, (sink.server.address() as AddressInfo).port);
  });
  afterAll(async () => {
    await new Promise<void>((resolve) => sink.close(resolve));
    await ctx.close();
  });

  it('both files go through, every line counted and every reject explained', async () => {
    const customers = await load(ctx, 'customers.csv', 'profiles', 'customers');
    expect(customers).toMatchObject({ read: expected.customers, inserted: expected.customers, rejected: 0 });
    const lines = await load(ctx, 'online-retail.csv.gz', 'lines', 'lines');
    expect(lines.read).toBe(expected.lines);
    expect(lines.inserted + lines.rejected).toBe(expected.lines);
    const rejects = await ctx.db.query<{ reason: string; value: string }>(
      sql`select reason, value from import_reject where reason <> '' and value <> ''`,
    );
    expect(rejects.length).toBeGreaterThanOrEqual(lines.rejected);
  }, 300_000);

  it('the campaign runs to its end through SMTP', async () => {
    const campaigns = startCampaigns(ctx);
    const delivery = startDelivery(ctx, { openChannel: (definition) => openChannel(ctx, definition) });
    try {
      const { runId } = await publishCampaign(ctx, 'loyal-neighbours');
      await expect
        .poll(() => showRun(ctx, { campaignKey: 'loyal-neighbours', runId }), { timeout: 100_000 })
        .toMatchObject({ state: 'completed' });
      run = await showRun(ctx, { campaignKey: 'loyal-neighbours', runId });
    } finally {
      await campaigns.stop();
      await delivery.stop();
    }
  }, 120_000);

  it('the number on every arrow is what plain loops over the files give', () => {
    const once = expected.distinctAddresses;
    const held = share(10, once);
    const warm = share(50, once - held);
    expect(countsOf(run)).toEqual({
      'buyers.next': expected.buyers.size,
      'once.next': once,
      'once.complement': expected.buyers.size - once,
      'lots.holdout': held,
      'lots.warm': warm,
      'lots.brief': once - held - warm,
      'warm-mail.next': warm,
      'brief-mail.next': once - held - warm,
      'told.next': once - held,
    });
  });

  it('the people on the first arrow are exactly those that plain loops over the files find', async () => {
    const at = { campaignKey: 'loyal-neighbours', runId: run.run_id, activity: 'buyers', outlet: 'next' };
    const { rows } = await transitionRows(ctx, { ...at, limit: 1_000 });
    const ids = await ctx.db.query<{ value: string }>(sql`
      select value from identity
      where namespace = 'customer_id' and profile_id = any(${rows.map((row) => row.profile_id)}::bigint[])`);
    expect(new Set(ids.map(({ value }) => value))).toEqual(expected.buyers);
  });

  it('each recipient is accounted for: sent with consent, or excluded with the reason', async () => {
    const consented = new Set([...expected.consented].map((id) => (expected.emailOf.get(id) ?? '').toLowerCase()));
    let sent = 0;
    for (const send of run.sends) {
      const { summary } = send;
      expect(summary.targeted).toBe(summary.excluded + summary.sent);
      const at = { campaignKey: 'loyal-neighbours', runId: run.run_id, sendId: send.send_id };
      const recipients = await runRecipients(ctx, { ...at, limit: 1_000 });
      expect(recipients).toHaveLength(summary.targeted);
      for (const { state, reason, address } of recipients) {
        const malformed = (address ?? '').includes(' ');
        if (malformed) expect([state, reason]).toEqual(['excluded', 'invalid_address']);
        else if (consented.has(address ?? '')) expect(state).toBe('sent');
        else expect([state, reason]).toEqual(['excluded', 'no_consent']);
      }
      sent += summary.sent;
    }
    expect(mails).toHaveLength(sent);
    expect(new Set(mails.map(({ to }) => to)).size).toBe(sent);
  });

  it('each mail is the variant of its arm, personal, with tracked links', () => {
    for (const { subject, html } of mails) {
      expect(subject).toMatch(/thank you for coming back|10% off, with our thanks/);
      expect(html).not.toMatch(/\{\{|\{%/);
      expect(html).toMatch(/\/t\/c\/[\w-]+\/\d+/);
      expect(html).toMatch(/\/u\/[\w-]+/);
    }
  });

  it('the audience holds everybody who was to be told, and no counter differs from its rows', async () => {
    const { members } = await ctx.db.one<{ members: number }>(
      sql`select count(*) as members from audience_member where audience_key = 'loyal-neighbours'`,
    );
    expect(members).toBe(countsOf(run)['told.next']);
    expect((await examine(ctx)).differences).toEqual([]);
  });
});

function countsOf(run: RunView): Record<string, number | null> {
  const arrows = run.activities.flatMap(({ activity, outlets }) =>
    outlets.map(({ outlet, row_count }) => [`${activity}.${outlet}`, row_count] as const),
  );
  return Object.fromEntries(arrows);
}

async function load(ctx: TestContext, file: string, target: string, map: string) {
  const mapping = readMapping(await readFile(join(EXAMPLE, 'maps', `${map}.yaml`), 'utf8'));
  const { counts } = await importFile(ctx, { source: { path: join(DATA, file), name: file }, target, mapping });
  return counts;
}

/** The example as it is, but for its channel: SMTP to the sink instead of the sandbox. */
async function applyExample(ctx: TestContext, port: number): Promise<void> {
  const files = ['tables/lines.yaml', 'templates.yaml', 'campaign.yaml'];
  const texts = await Promise.all(files.map((file) => readFile(join(EXAMPLE, file), 'utf8')));
  const documents = files
    .flatMap((file, index) => readDocuments(texts[index] ?? '', file))
    .map((document) => {
      const value = document.value as { kind: string };
      if (value.kind !== 'channel') return document;
      return plainDocument({ ...value, provider: 'smtp', url: `smtp://127.0.0.1:${port}` });
    });
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
}
