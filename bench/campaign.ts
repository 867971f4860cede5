// How long each activity of a campaign takes on a million people, as one worker executes them one after the other: build, deduplicate,
// split into a holdout and two lots, combine. Beside it, what the database needs to copy the same population once.
//
//   tsx bench/campaign.ts [--people 1000000]
import { parseArgs } from 'node:util';
import { CampaignDefinition } from '../src/core/campaigns/index.ts';
import { sql } from '../src/platform/sql/index.ts';
import { executeNext, settleRun, showRun, startTestRun } from '../src/services/campaigns/index.ts';
import { applyDefinitions, plainDocument } from '../src/services/definitions/index.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';

const { values: options } = parseArgs({ options: { people: { type: 'string', default: '1000000' } } });
const people = Number(options.people);

const campaign = CampaignDefinition.parse({
  kind: 'campaign',
  key: 'bench',
  activities: {
    build: {
      type: 'build-audience',
      rule: { trait: 'country', ne: 'Nowhere' },
      columns: ['score'],
      next: 'deduplicate',
    },
    deduplicate: { type: 'deduplicate', by: ['email'], prefer: { highest: 'score' }, next: 'split', complement: 'end' },
    split: {
      type: 'split',
      holdout: '10%',
      then: { high: { where: { column: 'score', gte: 50 }, next: 'combine' }, half: { limit: '25%', next: 'combine' } },
      complement: 'end',
    },
    combine: { type: 'combine', mode: 'union' },
  },
});

await withScratch(async ({ ctx }) => {
  say(`Making ${people} people.`);
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select hashint8(i) & 255, i, 'person' || i * 9 / 10 || '@example.com',
      jsonb_build_object('first_name', 'Name' || i % 5000, 'country', 'C' || i % 40, 'score', i % 100), '2026-01-01', '2026-01-01'
    from generate_series(1, ${sql`${people}::bigint`}) i`);
  await ctx.db.execute(sql`vacuum analyze profile`);
  const copy = await timed(() =>
    ctx.db.execute(sql`create table work.copy as select bucket, profile_id, email from profile`),
  );
  await applyDefinitions(ctx, { documents: [plainDocument(campaign)], publish: true, dryRun: false });
  await startTestRun(ctx, 'bench');
  let total = 0;
  for (;;) {
    const { seconds, result } = await timed(() => executeNext(ctx));
    if (!result) break;
    total += seconds;
    report({ bench: 'campaign', metric: `${result.activity}_seconds`, value: seconds, unit: 's', n: people });
    await settleRun(ctx, result.runId);
  }
  const run = await showRun(ctx, { campaignKey: 'bench' });
  const counts = run.activities.flatMap((it) =>
    it.outlets.map((outlet) => `${it.activity}.${outlet.outlet} ${outlet.row_count}`),
  );
  report({ bench: 'campaign', metric: 'seconds', value: total, unit: 's', n: people, note: counts.join(', ') });
  report({
    bench: 'campaign',
    metric: 'limit_seconds',
    value: copy.seconds,
    unit: 's',
    n: people,
    note: 'one copy of the population',
  });
  report({
    bench: 'campaign',
    metric: 'ratio',
    value: total / copy.seconds,
    unit: '',
    n: people,
    note: 'seconds / limit_seconds',
  });
  report({ bench: 'campaign', metric: 'rss_mb', value: peakRssMb(), unit: 'MB', n: people });
});
