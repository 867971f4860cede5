import { type Command, Option } from 'commander';
import { DEAD_LETTER_REASONS } from '../core/ingest/index.ts';
import { listDeadLetters, replayDeadLetters } from '../services/ingest/index.ts';
import { printJson, printLine, printRows } from './output.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

const LIST_DEFAULT = 50;
const BODY_CHARS_SHOWN = 60;

type Filter = { readonly source?: string; readonly reason?: string; readonly json?: boolean };

export function addDeadLetterCommands(program: Command, withContext: WithContext): void {
  const letters = program.command('dead-letters').description('What arrived and could not be taken, with the reason');
  const reason = () => new Option('--reason <reason>', 'only of this reason').choices(DEAD_LETTER_REASONS);

  letters
    .command('list')
    .description('List them, newest first')
    .option('--source <name>', 'only of this source')
    .addOption(reason())
    .option('--limit <count>', 'how many at most', wholeNumber, LIST_DEFAULT)
    .option('--json', 'print JSON, with the whole bodies')
    .action((options: Filter & { limit: number }) =>
      withContext(async (ctx) => {
        const rows = await listDeadLetters(ctx, options);
        type Row = (typeof rows)[number];
        const columns = {
          letter: (row: Row) => row.dead_letter_id,
          received: (row: Row) => row.received_at,
          source: (row: Row) => row.source,
          reason: (row: Row) => row.reason,
          detail: (row: Row) => row.detail,
          body: (row: Row) => row.body.slice(0, BODY_CHARS_SHOWN),
          replayed: (row: Row) => row.replayed_at,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );

  letters
    .command('replay')
    .description('Read them again; those that pass now go the way of events that arrive')
    .argument('[letters...]', 'their numbers; without any, all that the options leave')
    .option('--source <name>', 'only of this source')
    .addOption(reason())
    .option('--json', 'print JSON')
    .action((numbers: string[], { json, source, reason: because }: Filter) =>
      withContext(async (ctx) => {
        const ids = numbers.length === 0 ? undefined : numbers.map(wholeNumber);
        const done = await replayDeadLetters(ctx, { source, reason: because, ids });
        if (json) return printJson(done);
        printLine(`${done.replayed} replayed, ${done.refused} still refused.`);
      }),
    );
}
