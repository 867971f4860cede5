import { type Command, InvalidArgumentError, Option } from 'commander';
import { MessageState, type ReactionCounts, type SendSummary } from '../core/deliveries/index.ts';
import type { Context } from '../platform/context.ts';
import {
  confirmSend,
  getSend,
  listRecipients,
  listSends,
  pauseSend,
  type Recipient,
  resendUncertain,
  resumeSend,
  type SendRow,
  sendSummary,
  stopSend,
} from '../services/deliveries/index.ts';
import { formatTree, notice, printJson, printLine, printRows, type Tree } from './output.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 100;

export function addSendCommands(program: Command, withContext: WithContext): void {
  const send = program.command('send').description('What went out, to whom, and why not to the others');
  addReadCommands(send, withContext);
  const verbs: readonly (readonly [string, string, (ctx: Context, id: number) => Promise<unknown>])[] = [
    ['confirm', 'Let a prepared send go', (ctx, id) => ctx.db.transaction((tx) => confirmSend(tx, ctx, id))],
    ['pause', 'Hold what has not left yet', (ctx, id) => pauseSend(ctx, id)],
    ['resume', 'Let a paused send go on', (ctx, id) => resumeSend(ctx, id)],
    ['stop', 'End a send for good', (ctx, id) => ctx.db.transaction((tx) => stopSend(tx, ctx, id))],
    ['resend-uncertain', 'Send again what may or may not have gone out', (ctx, id) => resendUncertain(ctx, id)],
  ];
  for (const [verb, description, work] of verbs) {
    send
      .command(verb)
      .description(description)
      .argument('<send-id>', 'number of the send', sendIdOf)
      .option('--json', 'print JSON')
      .action((sendId: number, options: { json?: boolean }) =>
        withContext(async (ctx) => {
          await work(ctx, sendId);
          const row = await getSend(ctx, sendId);
          if (options.json) return printJson(row);
          notice(`Send ${sendId} is ${row.state}.`);
        }),
      );
  }
}

function addReadCommands(send: Command, withContext: WithContext): void {
  send
    .command('list')
    .description(`Print the newest ${LIST_MAX} sends`)
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) =>
        printRows(await listSends(ctx, { limit: LIST_MAX }), {
          json: options.json,
          columns: {
            send: (row: SendRow) => row.sendId,
            campaign: (row: SendRow) => row.campaignKey,
            activity: (row: SendRow) => row.activity,
            template: (row: SendRow) => row.templateKey,
            channel: (row: SendRow) => row.channelKey,
            state: (row: SendRow) => row.state,
            created: (row: SendRow) => row.createdAt,
          },
        }),
      ),
    );
  send
    .command('show')
    .description('Account for every message of a send')
    .argument('<send-id>', 'number of the send', sendIdOf)
    .option('--json', 'print JSON')
    .action((sendId: number, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const row = await getSend(ctx, sendId);
        const summary = await sendSummary(ctx.db, [sendId]);
        if (options.json) return printJson({ ...row, summary });
        printLine(
          `Send ${sendId} (${row.templateKey} through ${row.channelKey}) is ${row.state}. ${row.reason ?? ''}`.trim(),
        );
        printLine(formatTree([treeOf(summary)]));
      }),
    );
  send
    .command('recipients')
    .description('Print who got a message and why the others did not')
    .argument('<send-id>', 'number of the send', sendIdOf)
    .addOption(new Option('--state <state>', 'only these').choices(MessageState.options))
    .option('--reason <reason>', 'only these')
    .option('--after <message-id>', 'those behind this one', wholeNumber)
    .option('--limit <count>', 'how many at most', wholeNumber, 1_000)
    .option('--json', 'print JSON')
    .action((sendId: number, options: RecipientOptions) =>
      withContext(async (ctx) =>
        printRows(
          await listRecipients(ctx.db, {
            sendIds: [(await getSend(ctx, sendId)).sendId],
            states: options.state === undefined ? undefined : [options.state],
            reason: options.reason,
            after: options.after,
            limit: options.limit,
          }),
          {
            json: options.json,
            columns: {
              message: (row: Recipient) => row.messageId,
              profile: (row: Recipient) => row.profileId,
              address: (row: Recipient) => row.address,
              state: (row: Recipient) => row.state,
              reason: (row: Recipient) => row.reason,
              detail: (row: Recipient) => row.detail,
            },
          },
        ),
      ),
    );
}

/** The accounting as a tree: what was targeted, and what became of it. */
function treeOf(summary: SendSummary): Tree {
  const by = (reasons: Readonly<Record<string, number>>): Tree[] =>
    Object.entries(reasons).map(([label, count]) => ({ label, count }));
  const people = (count: ReactionCounts) => ({ count: count.human, note: `and ${count.machine} by machines` });
  return {
    label: 'targeted',
    count: summary.targeted,
    children: [
      { label: 'excluded', count: summary.excluded, children: by(summary.excludedBy) },
      { label: 'queued', count: summary.queued },
      { label: 'sending', count: summary.sending },
      {
        label: 'sent',
        count: summary.sent,
        children: [
          { label: 'opened', ...people(summary.opened) },
          { label: 'clicked', ...people(summary.clicked) },
          { label: 'unsubscribed', count: summary.unsubscribed },
        ],
      },
      { label: 'failed', count: summary.failed, children: by(summary.failedBy) },
      { label: 'uncertain', count: summary.uncertain, children: by(summary.uncertainBy) },
    ],
  };
}

type RecipientOptions = {
  state?: MessageState;
  reason?: string;
  after?: number;
  limit: number;
  json?: boolean;
};

function sendIdOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is the number that "send list" prints.');
  return Number(text);
}
