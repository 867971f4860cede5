import type { Command } from 'commander';
import { AppError, verbatim } from '../core/kernel/index.ts';
import { type JumpingClock, jumpingClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { countAudience } from '../services/audiences/index.ts';
import { confirmEmail, publishCampaign, type RunView, runRecipients, showRun } from '../services/campaigns/index.ts';
import {
  applyExample,
  type LoadedFile,
  loadShop,
  PLAY_DAYS,
  reactAsPeople,
  wasPlayed,
} from '../services/demo/index.ts';
import { formatRun } from './campaign-tree.ts';
import { JOURNEYS, playJourneys } from './demo-journeys.ts';
import { formatCount, formatTable, printLine, printTitle } from './output.ts';
import type { StartServer } from './start.ts';

const CAMPAIGN = 'spring-preview';
const AUDIENCES = ['regulars', 'candle-lovers'] as const;
/** How many of a send's newest messages get a reader. */
const READERS = 400;
/** An open within two seconds of the sending counts as a machine's. */
const READING_PAUSE_MS = 3_000;
const POLL_MS = 200;
const DAY_MS = 86_400_000;

export function addDemoCommand(program: Command, start: StartServer): void {
  program
    .command('demo')
    .description('Start the server, load an example shop and play a whole campaign through the sandbox')
    .option('--exit', 'stop when the play is over instead of staying up to be looked at')
    .action((options: { exit?: boolean }) => {
      const clock = jumpingClock(Date.now() - PLAY_DAYS * DAY_MS);
      return start(async (ctx, url) => {
        await play(ctx, url, clock);
        if (options.exit) return 'stop';
        printLine('\nThe server stays up for that; Ctrl+C ends it, and what it did is kept.');
        return 'stay';
      }, clock);
    });
}

async function play(ctx: Context, url: string | undefined, clock: JumpingClock): Promise<void> {
  if (url === undefined)
    throw new AppError('invalid', verbatim('The demo needs the api role: set CARILLON_ROLES to all roles.'));
  const playedBefore = await wasPlayed(ctx.db, JOURNEYS);
  // A second play would tell the same people's past again; its time is the present.
  if (playedBefore) clock.jumpTo(Date.now());
  else
    printLine(
      `\nThe play begins ${PLAY_DAYS} days ago and catches up with the present: time is short here, and nothing waits for days.`,
    );
  await loadData(ctx);
  await countAudiences(ctx);
  printTitle('3. A campaign, step by step');
  printLine('Who bought well lately or was a regular, less who just ordered; one mail each, a tenth held back.\n');
  const { runId } = await publishCampaign(ctx, CAMPAIGN);
  await finished(ctx, runId);
  await read(ctx, runId);
  const run = await showRun(ctx, { campaignKey: CAMPAIGN, runId });
  printLine(formatRun(run));
  await explainExcluded(ctx, run);
  await playJourneys(ctx, { url, clock, playedBefore });
  whereToLook(url, run);
}

async function loadData(ctx: Context): Promise<void> {
  printTitle('1. The data of an example shop');
  await applyExample(ctx);
  const loaded: LoadedFile[] = [];
  for await (const file of loadShop(ctx)) loaded.push(file);
  printLine(
    formatTable(loaded, {
      file: ({ file }) => file,
      into: ({ target }) => target,
      read: ({ counts }) => counts.read,
      inserted: ({ counts }) => counts.inserted,
      updated: ({ counts }) => counts.updated,
      unchanged: ({ counts }) => counts.unchanged,
      rejected: ({ counts }) => counts.rejected,
    }),
  );
}

async function countAudiences(ctx: Context): Promise<void> {
  printTitle('2. Audiences across its tables, counted exactly');
  const counted: { readonly key: string; readonly people: number; readonly ms: number }[] = [];
  for (const key of AUDIENCES) {
    const started = performance.now();
    const { count } = await countAudience(ctx, { key });
    counted.push({ key, people: count, ms: Math.round(performance.now() - started) });
  }
  printLine(formatTable(counted, { audience: ({ key }) => key, people: ({ people }) => people, ms: ({ ms }) => ms }));
}

/** Waits until every message of the run is settled, and confirms what waits to be. */
async function finished(ctx: Context, runId: number): Promise<void> {
  for (;;) {
    const { state, reason, sends } = await showRun(ctx, { campaignKey: CAMPAIGN, runId });
    if (state === 'completed') return;
    if (sends.some((send) => send.state === 'prepared')) await confirmEmail(ctx, { campaignKey: CAMPAIGN, runId });
    if (state === 'failed' || state === 'stopped' || state === 'paused') {
      throw new AppError('conflict', verbatim(`The run is ${state}: ${reason ?? 'no reason was given'}.`));
    }
    await ctx.clock.sleepUntil(ctx.clock.now() + POLL_MS);
  }
}

async function read(ctx: Context, runId: number): Promise<void> {
  await ctx.clock.sleepUntil(ctx.clock.now() + READING_PAUSE_MS);
  const { sends } = await showRun(ctx, { campaignKey: CAMPAIGN, runId });
  for (const { send_id } of sends) await reactAsPeople(ctx, { sendId: send_id, sample: READERS });
}

/** One person for each reason why somebody was not written to. */
async function explainExcluded(ctx: Context, run: RunView): Promise<void> {
  printTitle('4. Who got nothing, and why: one person for each reason');
  const reasons = new Map<string, { send: number; people: number }>();
  for (const send of run.sends) {
    for (const [reason, people] of Object.entries(send.summary.excluded_by)) {
      reasons.set(reason, { send: send.send_id, people: (reasons.get(reason)?.people ?? 0) + people });
    }
  }
  const examples: { reason: string; people: number; profile: number; address: string | null }[] = [];
  for (const [reason, { send, people }] of reasons) {
    const where = {
      campaignKey: CAMPAIGN,
      runId: run.run_id,
      sendId: send,
      state: 'excluded',
      reason,
      limit: 1,
    } as const;
    const [person] = await runRecipients(ctx, where);
    if (person) examples.push({ reason, people, profile: person.profile_id, address: person.address });
  }
  printLine(
    formatTable(examples, {
      reason: ({ reason }) => reason,
      people: ({ people }) => people,
      'for example': ({ profile }) => `profile ${profile}`,
      address: ({ address }) => address,
    }),
  );
}

/** Commands that show more, with what they show. */
export function demoHints(url: string, run: { readonly runId: number; readonly sent: number }): [string, string][] {
  return [
    [`npx carillon campaign show ${CAMPAIGN}`, 'the tree above, at any time'],
    [`npx carillon campaign rows ${CAMPAIGN} ${run.runId} lots.holdout`, 'the people on an arrow'],
    [`npx carillon campaign log ${CAMPAIGN} --sql`, 'the SQL that each step ran'],
    ['npx carillon journey show abandoned-cart', 'how many stand and went where'],
    ['npx carillon simulate abandoned-cart --history 7d', 'the same journey over the last week, sending nothing'],
    ['npx carillon audience explain regulars --profile client1@example.com', 'why a person is in an audience or not'],
    ['npx carillon doctor', 'every counter, worked out again from the rows'],
    ['npx carillon key create me', `a KEY for the API, which ${url}/api/openapi.json describes`],
    [
      `curl -H "Authorization: Bearer KEY" ${url}/api/sandbox/messages`,
      `the ${formatCount(run.sent)} mails in the sandbox`,
    ],
  ];
}

function whereToLook(url: string, run: RunView): void {
  printTitle('Where to look');
  const sent = run.sends.reduce((sum, send) => sum + send.summary.sent, 0);
  const lines = demoHints(url, { runId: run.run_id, sent });
  const width = Math.max(...lines.map(([command]) => command.length));
  for (const [command, what] of lines) printLine(`  ${command.padEnd(width)}  ${what}`);
}
