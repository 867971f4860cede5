import type { Command } from 'commander';
import { parseWith, verbatim } from '../core/kernel/index.ts';
import { MailingRequest } from '../core/mailings/index.ts';
import type { Context } from '../platform/context.ts';
import {
  cancelMailing,
  confirmMailing,
  listMailings,
  type MailingView,
  showMailing,
  startMailing,
} from '../services/mailings/index.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import { readObject } from './read-arguments.ts';
import { readRule } from './read-yaml.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 100;

type Json = { readonly json?: boolean };
type Send = Json & {
  readonly audience?: string;
  readonly rule?: string;
  readonly name?: string;
  readonly channel?: string;
  readonly topic?: string;
  readonly variables: string;
  readonly confirm?: boolean;
  readonly at?: string;
  readonly once?: string;
};

/** `carillon mailing ...`: a template to a whole audience by one command. */
export function addMailingCommands(program: Command, withContext: WithContext): void {
  const mailing = program.command('mailing').description('A template to a whole audience, as a campaign of its own');
  addStart(mailing, withContext);
  mailing
    .command('list')
    .description(`Print the newest ${LIST_MAX} mailings`)
    .option('--json', 'print JSON')
    .action((options: Json) =>
      withContext(async (ctx) => {
        const columns = {
          mailing: (one: MailingView) => one.id,
          name: (one: MailingView) => one.name,
          state: (one: MailingView) => one.state,
          targeted: (one: MailingView) => one.summary?.targeted,
          sent: (one: MailingView) => one.summary?.sent,
          starts: (one: MailingView) => one.starts_at,
        };
        printRows(await listMailings(ctx, { limit: LIST_MAX }), { json: options.json, columns });
      }),
    );
  const verbs: readonly (readonly [string, string, (ctx: Context, id: string) => Promise<MailingView>])[] = [
    ['show', 'How it stands, with those left out by reason', showMailing],
    ['confirm', 'Let it go when its counts wait to be confirmed', confirmMailing],
    ['cancel', 'End it; what has not left is not sent', cancelMailing],
  ];
  for (const [verb, description, work] of verbs) {
    mailing
      .command(verb)
      .description(description)
      .argument('<id>')
      .option('--json', 'print JSON')
      .action((id: string, options: Json) =>
        withContext(async (ctx) => {
          const shown = await work(ctx, id);
          if (options.json) return printJson(shown);
          print(shown);
        }),
      );
  }
}

function addStart(mailing: Command, withContext: WithContext): void {
  mailing
    .command('send')
    .description('Send a template to an audience, or to whom a rule names, who opted in')
    .argument('<template>', 'a published template')
    .option('--audience <key>', 'its members at that moment')
    .option('--rule <file>', 'instead: a YAML or JSON file with a rule, - for standard input')
    .option('--name <name>', 'what it is called in lists and reports')
    .option('--channel <key>', 'where there are several')
    .option('--topic <topic>', 'what consent is asked for')
    .option('--variables <json>', 'what the template reads as row.NAME', '{}')
    .option('--confirm', 'nothing leaves before `carillon mailing confirm`')
    .option('--at <moment>', 'not before, such as 2026-12-01T09:00:00Z')
    .option('--once <key>', 'an idempotency key: repeating the command does nothing')
    .option('--json', 'print JSON')
    .action((template: string, options: Send) =>
      withContext(async (ctx) => {
        const { audience, name, channel, topic, confirm, at: send_at, once: idempotency_key } = options;
        const rule = options.rule === undefined ? undefined : await readRule(options.rule);
        const variables = readObject('variables', options.variables);
        const given = { template, audience, rule, name, channel, topic, variables, confirm, send_at, idempotency_key };
        const { id, repeated } = await startMailing(ctx, parseWith(MailingRequest, given, verbatim('The mailing')));
        const shown = await showMailing(ctx, id);
        if (options.json) return printJson({ ...shown, repeated });
        if (repeated) notice('This key came before; nothing was done now.');
        print(shown);
        notice(`carillon mailing show ${id}`);
      }),
    );
}

function print({ id, name, state, reason, starts_at, summary }: MailingView): void {
  printLine(`${id} (${name ?? 'no name'}): ${state}${reason ? `, ${reason}` : ''}; begins ${starts_at.toISOString()}.`);
  if (summary === null) return;
  const { targeted, excluded, queued, sending, sent, failed, uncertain } = summary;
  const why = (counts: Readonly<Record<string, number>>) => {
    const parts = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
    return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  };
  printLine(
    `${targeted} targeted: ${excluded} excluded${why(summary.excluded_by)}, ${queued} queued, ${sending} sending, ${sent} sent, ` +
      `${failed} failed${why(summary.failed_by)}, ${uncertain} uncertain.`,
  );
}
