import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { AppError, invalid, verbatim } from '../core/kernel/index.ts';
import {
  archiveCampaign,
  type CampaignSummary,
  confirmEmail,
  exportTransition,
  listCampaigns,
  pauseRun,
  publishCampaign,
  purgeRuns,
  restartRun,
  resumeRun,
  runLog,
  runTasks,
  showRun,
  startTestRun,
  stopRun,
  transitionRows,
} from '../services/campaigns/index.ts';
import { duplicateDefinition, readDocuments, validateDefinitions } from '../services/definitions/index.ts';
import { formatRun } from './campaign-tree.ts';
import { type Cell, notice, printJson, printLine, printRows } from './output.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 1_000;
const LOG_MAX = 10_000;

type Json = { readonly json?: boolean };

export function addCampaignCommands(program: Command, withContext: WithContext): void {
  const campaign = program.command('campaign').description('Campaigns: check, test, publish and follow them');
  addListing(campaign, withContext);
  addStarting(campaign, withContext);
  addReading(campaign, withContext);
  addSteering(campaign, withContext);
}

function addListing(campaign: Command, withContext: WithContext): void {
  campaign
    .command('list')
    .description('List the campaigns with their newest runs')
    .option('--json', 'print JSON')
    .action((options: Json) =>
      withContext(async (ctx) => {
        const run = (it: CampaignSummary['live_run']) => (it ? `${it.state} (run ${it.run_id})` : '-');
        const columns = {
          key: (row: CampaignSummary) => row.key,
          name: (row: CampaignSummary) => row.name,
          published: (row: CampaignSummary) => row.published_version,
          draft: (row: CampaignSummary) => row.draft_version,
          live: (row: CampaignSummary) => run(row.live_run),
          test: (row: CampaignSummary) => run(row.test_run),
        };
        printRows(await listCampaigns(ctx, { limit: LIST_MAX }), { json: options.json, columns });
      }),
    );

  campaign
    .command('validate')
    .description('Say everything that is wrong with definitions in a file, without saving them')
    .argument('<file>', 'YAML or JSON')
    .option('--json', 'print JSON')
    .action((file: string, options: Json) =>
      withContext(async (ctx) => {
        const text = await readFile(file, 'utf8').catch((cause: unknown) => {
          throw new AppError('not_found', verbatim(`There is no file "${file}".`), { cause });
        });
        const problems = await validateDefinitions(ctx, readDocuments(text, file));
        if (options.json) {
          // One document, which says everything; what is not valid is a failure all the same.
          printJson({ valid: problems.length === 0, problems: problems.map(({ wording: _wording, ...said }) => said) });
          if (problems.length > 0) process.exitCode = 1;
          return;
        }
        if (problems.length > 0)
          throw invalid(verbatim(`${file} is not valid: ${problems.length} problems.`), problems);
        printLine(`${file} is valid.`);
      }),
    );
}

function addStarting(campaign: Command, withContext: WithContext): void {
  campaign
    .command('test')
    .description('Run the draft without consequences; a running `carillon start` executes it')
    .argument('<key>')
    .option('--json', 'print JSON')
    .action((key: string, options: Json) =>
      withContext(async (ctx) => {
        const { runId } = await startTestRun(ctx, key);
        if (options.json) return printJson({ run_id: runId });
        printLine(`Test run ${runId} of ${key} has begun.`);
        notice(`carillon campaign show ${key} ${runId}`);
      }),
    );

  campaign
    .command('publish')
    .description('Publish the draft and begin a live run, at once or at its schedule')
    .argument('<key>')
    .option('--json', 'print JSON')
    .action((key: string, options: Json) =>
      withContext(async (ctx) => {
        const { runId, version, startsAt } = await publishCampaign(ctx, key);
        const starts = new Date(startsAt).toISOString();
        if (options.json) return printJson({ run_id: runId, version, starts_at: starts });
        printLine(`Version ${version} of ${key} is published; run ${runId} begins at ${starts}.`);
        notice(`carillon campaign show ${key} ${runId}`);
      }),
    );

  campaign
    .command('duplicate')
    .description('Copy a campaign to a draft under another key')
    .argument('<key>')
    .argument('<to>', 'the key of the copy')
    .action((key: string, to: string) =>
      withContext(async (ctx) => {
        await duplicateDefinition(ctx, { kind: 'campaign', key, to });
        printLine(`${to} is a draft like ${key}.`);
      }),
    );

  campaign
    .command('archive')
    .description('Hide a campaign; its runs can still be read')
    .argument('<key>')
    .action((key: string) =>
      withContext(async (ctx) => {
        await archiveCampaign(ctx, key);
        printLine(`${key} is archived.`);
      }),
    );
}

function addReading(campaign: Command, withContext: WithContext): void {
  campaign
    .command('show')
    .description('A run as a tree with the count on every arrow, and what became of its messages')
    .argument('<key>')
    .argument('[run]', 'the newest one when left out', wholeNumber)
    .option('--json', 'print JSON')
    .action((key: string, runId: number | undefined, options: Json) =>
      withContext(async (ctx) => {
        const run = await showRun(ctx, { campaignKey: key, runId });
        if (options.json) printJson(run);
        else printLine(formatRun(run));
      }),
    );

  campaign
    .command('rows')
    .description('Rows on an arrow')
    .argument('<key>')
    .argument('<run>', 'its number', wholeNumber)
    .argument('<arrow>', 'ACTIVITY or ACTIVITY.OUTLET')
    .option('--limit <rows>', 'how many', wholeNumber, 20)
    .addOption(new Option('--export <format>', 'all rows').choices(['csv', 'ndjson']))
    .option('--json', 'print JSON')
    .action((key: string, runId: number, arrow: string, options: Json & { limit: number; export?: 'csv' | 'ndjson' }) =>
      withContext(async (ctx) => {
        const [activity = '', outlet] = arrow.split('.');
        const address = { campaignKey: key, runId, activity, outlet };
        if (options.export !== undefined) {
          const format = options.export;
          for await (const text of await exportTransition(ctx, { ...address, format })) process.stdout.write(text);
          return;
        }
        const page = await transitionRows(ctx, { ...address, limit: options.limit });
        if (options.json) return printJson(page);
        const cell = (name: string) => (row: Record<string, unknown>) => cellOf(row[name]);
        const columns = Object.fromEntries(page.columns.map(({ name }) => [name, cell(name)]));
        printRows(page.rows, { columns });
        notice(`${page.rows.length} of ${page.row_count} rows (${page.dimension}).`);
      }),
    );

  campaign
    .command('log')
    .description('What happened in a run, in order')
    .argument('<key>')
    .argument('[run]', 'the newest one when left out', wholeNumber)
    .option('--sql', 'the statements that each activity ran instead')
    .option('--json', 'print JSON')
    .action((key: string, runId: number | undefined, options: Json & { sql?: boolean }) =>
      withContext(async (ctx) => {
        const address = { campaignKey: key, runId };
        if (options.sql) {
          const tasks = await runTasks(ctx, address);
          if (options.json) return printJson(tasks);
          for (const task of tasks)
            printLine([`-- ${task.activity}`, ...task.statements.map((it) => `${it};`)].join('\n'));
          return;
        }
        const lines = await runLog(ctx, { ...address, limit: LOG_MAX });
        type Line = (typeof lines)[number];
        const columns = {
          at: (line: Line) => line.at,
          level: (line: Line) => line.level,
          activity: (line: Line) => line.activity,
          message: (line: Line) => line.message,
        };
        printRows(lines, { json: options.json, columns });
      }),
    );
}

function addSteering(campaign: Command, withContext: WithContext): void {
  const verbs = [
    { name: 'pause', description: 'Let the running activity finish and start no other', verb: pauseRun },
    { name: 'resume', description: 'Go on, trying failed activities again', verb: resumeRun },
    { name: 'stop', description: 'End a run for good, with its sends', verb: stopRun },
  ];
  for (const { name, description, verb } of verbs) {
    campaign
      .command(name)
      .description(description)
      .argument('<key>')
      .argument('[run]', 'the newest one when left out', wholeNumber)
      .action((key: string, runId: number | undefined) =>
        withContext(async (ctx) => {
          const moved = await verb(ctx, { campaignKey: key, runId });
          printLine(`Run ${moved.runId} is ${moved.state}.`);
        }),
      );
  }

  campaign
    .command('restart')
    .description('Run an activity and everything behind it again')
    .argument('<key>')
    .argument('<activity>')
    .argument('[run]', 'the newest one when left out', wholeNumber)
    .action((key: string, from: string, runId: number | undefined) =>
      withContext(async (ctx) => {
        const moved = await restartRun(ctx, { campaignKey: key, runId, from });
        printLine(`Run ${moved.runId} is ${moved.state}, from ${from} on.`);
      }),
    );

  campaign
    .command('confirm')
    .description('Let the messages of emails go that wait to be confirmed')
    .argument('<key>')
    .argument('[run]', 'the newest one when left out', wholeNumber)
    .option('--activity <name>', 'only this email')
    .action((key: string, runId: number | undefined, options: { activity?: string }) =>
      withContext(async (ctx) => {
        const { confirmed } = await confirmEmail(ctx, { campaignKey: key, runId, activity: options.activity });
        printLine(`Confirmed: ${confirmed.join(', ')}.`);
      }),
    );

  campaign
    .command('purge')
    .description('Drop the rows of runs that have ended, all but the newest of each campaign; counts and log stay')
    .argument('[key]', 'of one campaign only')
    .action((key: string | undefined) =>
      withContext(async (ctx) => {
        const runs = await purgeRuns(ctx, { campaignKey: key, before: undefined });
        printLine(runs.length === 0 ? 'Nothing to purge.' : `Purged the rows of runs ${runs.join(', ')}.`);
      }),
    );
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined || value instanceof Date) return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
