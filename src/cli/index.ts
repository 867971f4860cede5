import { Command, CommanderError } from 'commander';
import { AppError } from '../core/kernel/index.ts';
import type { Clock } from '../platform/clock.ts';
import { type Config, readConfig } from '../platform/config.ts';
import { createLogger } from '../platform/log.ts';
import { openContext } from '../platform/open-context.ts';
import { noAdapters, type OpenChannel } from '../services/channels/index.ts';
import { ensureEnvironmentChannel } from '../services/environment/index.ts';
import { addApplyCommand } from './apply.ts';
import { addAudienceCommands } from './audience.ts';
import { addCampaignCommands } from './campaign.ts';
import { addChannelCommands } from './channel.ts';
import { addDeadLetterCommands } from './dead-letters.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addExportCommand } from './export.ts';
import { addGroupCommands } from './group.ts';
import { addImportCommand } from './import.ts';
import { addJourneyCommands } from './journey.ts';
import { addKeyCommands } from './key.ts';
import { addMailingCommands } from './mailing.ts';
import { addMigrateCommand } from './migrate.ts';
import { formatError, notice, printJson } from './output.ts';
import { addProfileCommands } from './profile.ts';
import { addSendCommands } from './send.ts';
import { addSimulateCommand } from './simulate.ts';
import { addSourceCommands } from './source.ts';
import { addStartCommand, type StartServer, type WhenReady } from './start.ts';
import { addSuppressionCommands } from './suppression.ts';
import { addTableCommands } from './table.ts';
import { addTemplateCommands } from './template.ts';
import { addUsedByCommand } from './used-by.ts';
import { addWebhookCommands } from './webhook.ts';
import { addWhyCommand } from './why.ts';
import type { WithContext } from './with-context.ts';

export type { WhenReady } from './start.ts';
export type { WithContext } from './with-context.ts';

const OK = 0;
const FAILED = 1;
const USAGE = 2;

export type CliDependencies = {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Runs the server until it is told to stop. The composition root knows how; the terminal does not. */
  readonly start: (config: Config, whenReady?: WhenReady, clock?: Clock) => Promise<void>;
  /** How a channel is opened, which only the composition root knows. */
  readonly openChannel?: OpenChannel;
};

/** Runs one command line (without the program's name) and answers the exit code: 0 done, 1 failed, 2 not understood. */
export async function runCli(argv: readonly string[], dependencies: CliDependencies): Promise<number> {
  process.stdout.on('error', onOutputError);
  try {
    await createProgram(dependencies).parseAsync([...argv], { from: 'user' });
    return process.exitCode === undefined ? OK : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
    printFailure(error, argv.includes('--json'));
    return FAILED;
  } finally {
    process.stdout.off('error', onOutputError);
  }
}

/** A reader that has seen enough (`| head`) closes the pipe, which is no failure. */
function onOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(OK);
  throw error;
}

/** The program with all its commands: one line per noun. */
export function createProgram(dependencies: CliDependencies): Command {
  const program = new Command('carillon');
  program
    .description('Decides who hears what, when and on which channel, and accounts for every message.')
    .version(dependencies.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(--help tells more)')
    .showSuggestionAfterError()
    .exitOverride();
  const config = () => readConfig(dependencies.environment);
  // A command's own words are for the terminal; the log speaks up only when something is wrong, or when asked to.
  const log = dependencies.environment.LOG_LEVEL ? undefined : createLogger('warn');
  const open = () => openContext(config(), log && { log });
  const withContext: WithContext = async (work) => {
    const { ctx, close } = await open();
    try {
      await ensureEnvironmentChannel(ctx);
      return await work(ctx);
    } finally {
      await close();
    }
  };

  program.commandsGroup('Running:');
  const start: StartServer = (whenReady, clock) => dependencies.start(config(), whenReady, clock);
  addStartCommand(program, start);
  addDemoCommand(program, start);
  addMigrateCommand(program, open);
  addDoctorCommand(program, withContext);
  program.commandsGroup('Data:');
  addImportCommand(program, withContext);
  addTableCommands(program, withContext);
  addProfileCommands(program, withContext);
  addGroupCommands(program, withContext);
  addWhyCommand(program, withContext);
  program.commandsGroup('Definitions:');
  addApplyCommand(program, withContext);
  addExportCommand(program, withContext);
  addUsedByCommand(program, withContext);
  addChannelCommands(program, withContext, dependencies.openChannel ?? noAdapters);
  addTemplateCommands(program, withContext, dependencies.openChannel ?? noAdapters);
  program.commandsGroup('Audiences and campaigns:');
  addAudienceCommands(program, withContext);
  addCampaignCommands(program, withContext);
  addSimulateCommand(program, withContext);
  addJourneyCommands(program, withContext);
  addMailingCommands(program, withContext);
  addSendCommands(program, withContext);
  addSuppressionCommands(program, withContext);
  program.commandsGroup('Access:');
  addKeyCommands(program, withContext);
  addSourceCommands(program, withContext);
  addDeadLetterCommands(program, withContext);
  addWebhookCommands(program, withContext);

  for (const command of allCommands(program)) command.exitOverride().showHelpAfterError('(--help tells more)');
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function printFailure(error: unknown, asJson: boolean): void {
  if (!asJson) {
    notice(formatError(error));
    return;
  }
  const known =
    error instanceof AppError
      ? { code: error.code, problems: error.problems.map(({ wording: _wording, ...problem }) => problem) }
      : { code: 'internal' };
  printJson({ error: { ...known, message: error instanceof Error ? error.message : String(error) } });
}
