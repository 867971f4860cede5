import { type Command, Option } from 'commander';
import { parseWith, verbatim } from '../core/kernel/index.ts';
import { WEBHOOK_EVENTS, WebhookInput } from '../core/webhooks/index.ts';
import { mustBeLive } from '../services/audiences/index.ts';
import {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  listDeliveries,
  listWebhooks,
  pingWebhook,
} from '../services/webhooks/index.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import { collect } from './read-arguments.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

/** As many as there can be. */
const LIST_MAX = 100;

type Json = { readonly json?: boolean };

export function addWebhookCommands(program: Command, withContext: WithContext): void {
  const webhook = program.command('webhook').description('Webhooks: other systems that are told of what happens');
  addCreating(webhook, withContext);
  addLooking(webhook, withContext);
  addVerbs(webhook, withContext);
}

function addCreating(webhook: Command, withContext: WithContext): void {
  type Options = Json & { event: string[]; audience: string[]; allowPrivate?: boolean };
  webhook
    .command('create')
    .description('Have calls made, and print the secret that they are signed with')
    .argument('<name>', 'for people')
    .argument('<url>', 'who is called')
    .addOption(new Option('--event <event...>', 'what is told').choices(WEBHOOK_EVENTS).makeOptionMandatory())
    .option('--audience <key>', 'only of this live audience; may be given several times', collect, [])
    .option('--allow-private', 'it may lead to this machine and to private networks')
    .option('--json', 'print JSON')
    .action((name: string, url: string, options: Options) =>
      withContext(async (ctx) => {
        const { event: events, audience: audiences, allowPrivate: allow_private } = options;
        const input = parseWith(WebhookInput, { name, url, events, audiences, allow_private }, verbatim('The webhook'));
        await mustBeLive(ctx, input.audiences, 'audience');
        const made = await createWebhook(ctx, input);
        if (options.json) return printJson(made);
        printLine(made.secret);
        notice(`Webhook ${made.webhookId} "${made.name}". Try it: carillon webhook ping ${made.webhookId}`);
      }),
    );
}

function addLooking(webhook: Command, withContext: WithContext): void {
  webhook
    .command('list')
    .description('List the webhooks')
    .option('--json', 'print JSON')
    .action((options: Json) =>
      withContext(async (ctx) => {
        const rows = await listWebhooks(ctx, { after: undefined, limit: LIST_MAX });
        type Row = (typeof rows)[number];
        const columns = {
          webhook: (row: Row) => row.webhookId,
          name: (row: Row) => row.name,
          url: (row: Row) => row.url,
          events: (row: Row) => row.events.join(', '),
          audiences: (row: Row) => row.audiences.join(', ') || 'all',
          state: (row: Row) => row.state,
          reason: (row: Row) => row.reason,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );

  webhook
    .command('deliveries')
    .description('The tries of its calls, the newest first, with the status of the answer or why there was none')
    .argument('<webhook>', 'the number that "webhook list" shows', wholeNumber)
    .option('--json', 'print JSON')
    .action((webhookId: number, options: Json) =>
      withContext(async (ctx) => {
        const rows = await listDeliveries(ctx, { webhookId, before: undefined, limit: LIST_MAX });
        type Row = (typeof rows)[number];
        const columns = {
          at: (row: Row) => row.at,
          call: (row: Row) => row.callId,
          event: (row: Row) => row.event,
          ok: (row: Row) => (row.ok ? 'yes' : row.final ? 'no' : 'not yet'),
          answer: (row: Row) => (row.error === null ? row.reason : `${row.reason}: ${row.error}`),
        };
        printRows(rows, { json: options.json, columns });
      }),
    );
}

function addVerbs(webhook: Command, withContext: WithContext): void {
  const verb = (
    name: string,
    description: string,
    work: (...at: Parameters<typeof pingWebhook>) => Promise<unknown>,
    done: string,
  ) =>
    webhook
      .command(name)
      .description(description)
      .argument('<webhook>', 'the number that "webhook list" shows', wholeNumber)
      .action((webhookId: number) =>
        withContext(async (ctx) => {
          await work(ctx, webhookId);
          printLine(`Webhook ${webhookId} ${done}.`);
        }),
      );
  verb('ping', 'Have a call made that says nothing but that it came', pingWebhook, 'is called');
  verb('enable', 'Make calls again; what happened meanwhile is not told', enableWebhook, 'is enabled');
  verb('disable', 'Make no calls until it is enabled; what waits is dropped', disableWebhook, 'is disabled');
  verb('delete', 'Have no calls made any more', deleteWebhook, 'is deleted');
}
