import type { Command } from 'commander';
import { AppError, verbatim } from '../core/kernel/index.ts';
import type { Context } from '../platform/context.ts';
import type { OpenChannel } from '../services/channels/index.ts';
import { sendProof } from '../services/proofs/index.ts';
import { type Preview, previewTemplate, type SampleRequest } from '../services/templates/index.ts';
import { formatProblem, notice, printJson, printLine, printRows } from './output.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

type SampleOptions = { templateVersion?: number; person?: string; row?: string; json?: boolean };

/** `carillon template`: preview, variables and proofs. */
export function addTemplateCommands(program: Command, withContext: WithContext, openChannel: OpenChannel): void {
  const template = program.command('template').description('Look at templates as people would get them');

  sample(template.command('preview').description('Print a template as one person would get it; nothing is sent'))
    .option('--part <part>', 'html, text, subject or source (the whole message)', 'text')
    .action((key: string, options: SampleOptions & { part: string }) =>
      withContext(async (ctx) => {
        const preview = await previewTemplate(ctx, requestOf(key, options));
        if (options.json) return printJson(preview);
        printPreview(preview, options.part);
      }),
    );

  template
    .command('variables')
    .description('List the variables that a template reads')
    .argument('<key>', 'the key of the template')
    .option('--json', 'print JSON')
    .action((key: string, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const { variables } = await previewTemplate(ctx, { key });
        if (options.json) printJson(variables);
        else for (const variable of variables) printLine(variable);
      }),
    );

  sample(template.command('proof').description('Send a template to test addresses, marked [Proof]'))
    .requiredOption('--to <address...>', 'test addresses')
    .option('--channel <key>', 'the channel it goes through', 'sandbox')
    .action((key: string, options: SampleOptions & { to: string[]; channel: string }) =>
      withContext(async (ctx: Context) => {
        const results = await sendProof(ctx, openChannel, {
          ...requestOf(key, options),
          to: options.to,
          channel: options.channel,
        });
        printRows(results, {
          json: options.json,
          columns: { to: (row) => row.to, sent: (row) => (row.sent ? 'yes' : 'no'), answer: (row) => row.detail },
        });
        if (results.some((result) => !result.sent)) process.exitCode = 1;
      }),
    );
}

function sample(command: Command): Command {
  return command
    .argument('<key>', 'the key of the template')
    .option('--template-version <number>', 'default: the draft if there is one, else the newest', wholeNumber)
    .option('--person <person>', 'whom to make it for: a profile number or an email address')
    .option('--row <json>', 'a row of the population')
    .option('--json', 'print JSON');
}

function requestOf(key: string, options: SampleOptions): SampleRequest {
  return {
    key,
    version: options.templateVersion,
    ...(options.person === undefined ? {} : { person: personOf(options.person) }),
    ...(options.row === undefined ? {} : { row: rowOf(options.row) }),
  };
}

function personOf(text: string): NonNullable<SampleRequest['person']> {
  return /^\d{1,15}$/.test(text) ? { profile_id: Number(text) } : { email: text };
}

function rowOf(text: string): Record<string, unknown> {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return { ...row };
  } catch (error) {
    throw new AppError('invalid', verbatim(`--row is not JSON: ${(error as Error).message}`), { cause: error });
  }
  throw new AppError('invalid', verbatim('--row must be a JSON object.'));
}

function printPreview(preview: Preview, part: string): void {
  for (const warning of preview.warnings) notice(formatProblem(warning));
  if (preview.failure) {
    throw new AppError(
      'invalid',
      verbatim(`This person gets no message (${preview.failure.reason}): ${preview.failure.detail}`),
    );
  }
  if (preview.missing.length > 0) notice(`No value for ${preview.missing.join(', ')}.`);
  const text = { html: preview.html, text: preview.text, subject: preview.subject, source: preview.source }[part];
  if (text === undefined)
    throw new AppError('invalid', verbatim(`There is no part "${part}": html, text, subject or source.`));
  printLine(text ?? `The template has no ${part}.`);
}
