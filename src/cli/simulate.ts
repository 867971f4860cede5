import { type Command, InvalidArgumentError, Option } from 'commander';
import { invalid, parseDuration, says, verbatim } from '../core/kernel/index.ts';
import type { SourceDocument } from '../services/definitions/index.ts';
import {
  answersDocument,
  readRowFile,
  runSimulation,
  type Simulated,
  type SimulationTarget,
  type TableSnapshots,
} from '../services/simulation/index.ts';
import { readFiles } from './apply.ts';
import { formatCount, notice, printJson, printLine } from './output.ts';
import { readText } from './read-yaml.ts';
import { formatSimulation } from './simulation-tree.ts';
import type { WithContext } from './with-context.ts';

type Options = {
  readonly events?: string;
  readonly history?: number;
  readonly until?: number;
  readonly person: readonly string[];
  readonly failShare: number;
  readonly answers?: string;
  readonly table: readonly string[];
  readonly consent?: boolean;
  readonly share: number;
  readonly json?: boolean;
};

const REJECTED_SHOWN = 5;

export function addSimulateCommand(program: Command, withContext: WithContext): void {
  program
    .command('simulate')
    .description('Let a journey or an audience run over events with a clock of its own; nothing is sent or stored')
    .argument(
      '<definition>',
      'a file or folder of definitions, or the key of a journey or an audience: its draft if there is one',
    )
    .addOption(new Option('--events <file>', 'events as JSON lines (Segment) or CSV').conflicts('history'))
    .addOption(new Option('--history <time>', 'what was received in so long before now: 30d').argParser(duration))
    .addOption(
      new Option(
        '--until <moment>',
        'when the clock stops: 30 days after the last event of a file unless told otherwise',
      ).argParser(moment),
    )
    .option('--person <person>', 'follow somebody step by step; may be given several times', collect, [])
    .addOption(
      new Option('--fail-share <share>', 'how many messages the provider refuses: 2%')
        .argParser(share)
        .default(0, 'none'),
    )
    .option('--answers <file>', 'a YAML or JSON file with what other systems answer, by endpoint')
    .option(
      '--table <key=file>',
      'rows that steps look up, instead of those of the table; may be given several times',
      collect,
      [],
    )
    .option('--consent', 'take people who are new to have said yes to email')
    .addOption(
      new Option('--share <share>', 'of the history: of so many of its people: 10%')
        .argParser(share)
        .default(1_000, 'all'),
    )
    .option('--json', 'print JSON')
    .action((definition: string, options: Options) =>
      withContext(async (ctx) => {
        const started = performance.now();
        const simulated = await runSimulation(ctx, {
          target: await targetOf(definition),
          events: eventsOf(options),
          until: options.until,
          follow: options.person,
          failures: options.failShare,
          answers: await answersOf(options.answers),
          tables: await tablesOf(options.table),
          thousandths: options.share,
          ...(options.consent ? { newConsent: true } : {}),
        });
        if (options.json) return printJson(simulated);
        printLine(formatSimulation(simulated));
        noticeLeftOut(simulated);
        notice(`\nThat took ${((performance.now() - started) / 1_000).toFixed(1)} s.`);
      }),
    );
}

function eventsOf({ events, history }: Options) {
  if (events !== undefined) return { file: events };
  return { historyMs: history ?? DEFAULT_HISTORY_MS };
}

async function answersOf(file: string | undefined): Promise<SourceDocument | undefined> {
  return file === undefined ? undefined : answersDocument(await readText(file), file);
}

async function tablesOf(given: readonly string[]): Promise<TableSnapshots> {
  const tables: Record<string, TableSnapshots[string]> = {};
  for (const text of given) {
    const [, key, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (key === undefined || file === undefined) {
      throw invalid(verbatim('A table is given as KEY=FILE.'), [
        { path: 'table', ...says('{text}', { text: `"${text}" is not.` }), expected: 'products=products.csv' },
      ]);
    }
    tables[key] = await readRowFile(file);
  }
  return tables;
}

const DEFAULT_HISTORY_MS = 30 * 86_400_000;

async function targetOf(definition: string): Promise<SimulationTarget> {
  if (!/[./\\]/.test(definition)) return { key: definition };
  return { documents: await readFiles([definition]) };
}

function noticeLeftOut({ rejected, leftOut }: Simulated): void {
  for (const { line, reason } of rejected.slice(0, REJECTED_SHOWN)) notice(`Line ${line} was left out: ${reason}`);
  if (rejected.length > REJECTED_SHOWN) notice(`... and ${formatCount(rejected.length - REJECTED_SHOWN)} more lines.`);
  for (const key of leftOut) notice(`Audience ${key} was left out: its rule cannot be followed event by event.`);
}

function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('It must be a duration such as 12h or 30d.');
  return ms;
}

function moment(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a moment such as 2026-12-01T09:00Z.');
  return at;
}

/** In thousandths. */
function share(text: string): number {
  const [, percent] = /^(\d{1,3}(?:\.\d)?)%?$/.exec(text) ?? [];
  if (percent === undefined || Number(percent) > 100)
    throw new InvalidArgumentError('It must be a share such as 2% or 0.5%.');
  return Math.round(Number(percent) * 10);
}
