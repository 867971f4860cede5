import type { Command } from 'commander';
import type { ChannelDefinition } from '../core/channels/index.ts';
import { checkChannel, listChannels, type OpenChannel } from '../services/channels/index.ts';
import { printJson, printLine, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

export function addChannelCommands(program: Command, withContext: WithContext, open: OpenChannel): void {
  const channel = program.command('channel').description('Channels: where messages leave the house');

  channel
    .command('list')
    .description('List the published channels, and the sandbox')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = (await listChannels(ctx.db)).map(summaryOf);
        const columns = {
          key: (row: Summary) => row.key,
          provider: (row: Summary) => row.provider,
          from: (row: Summary) => row.from,
          'messages/s': (row: Summary) => row.messages_per_second,
          connections: (row: Summary) => row.connections,
          name: (row: Summary) => row.name,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );

  channel
    .command('check')
    .description('Connect to the provider of a channel and log in; nothing is sent')
    .argument('<key>', 'the key of the channel')
    .option('--json', 'print JSON')
    .action((key: string, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const result = await checkChannel(ctx, key, open);
        if (options.json) printJson(result);
        else
          printLine(result.ok ? `Channel "${key}" can be used.` : `Channel "${key}" cannot be used: ${result.reason}`);
        if (!result.ok) process.exitCode = 1;
      }),
    );
}

type Summary = ReturnType<typeof summaryOf>;

function summaryOf(channel: ChannelDefinition) {
  return {
    key: channel.key,
    name: channel.name ?? null,
    provider: channel.provider,
    from: channel.from.email,
    messages_per_second: channel.rate?.messages_per_second ?? null,
    connections: channel.connections,
  };
}
