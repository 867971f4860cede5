import { type Command, InvalidArgumentError, Option } from 'commander';
import { readMessageNumber } from '../core/messages/index.ts';
import { explainWhy, type SaidReason, type Why, type WhyQuestion } from '../services/why/index.ts';
import { formatTree, printJson, printLine, type Tree } from './output.ts';
import type { WithContext } from './with-context.ts';

type Options = WhyQuestion & { readonly json?: boolean };

export function addWhyCommand(program: Command, withContext: WithContext): void {
  program
    .command('why')
    .description('Say why something happened to one person, or did not')
    .argument('<person>', 'a profile number, an email address, or namespace:value')
    .addOption(
      new Option('--message <id>', 'what became of a message, by its id or its number')
        .argParser(messageNumber)
        .conflicts(['journey', 'audience']),
    )
    .addOption(new Option('--journey <key>', 'the way through a journey').conflicts(['message', 'audience']))
    .addOption(
      new Option('--audience <key>', 'whether and since when in an audience').conflicts(['message', 'journey']),
    )
    .option('--json', 'print JSON')
    .action((person: string, { json, ...question }: Options) =>
      withContext(async (ctx) => {
        const why = await explainWhy(ctx, { profile: person, question });
        if (json) printJson(why);
        else printLine(formatWhy(why));
      }),
    );
}

/** The answer, and under it what it rests on. */
export function formatWhy(why: Why): string {
  return why.reasons.length === 0 ? why.answer : `${why.answer}\n\n${formatTree(why.reasons.map(treeOf))}`;
}

function treeOf({ at, text, because }: SaidReason): Tree {
  const when = at === null ? '' : `${at.toISOString().slice(0, 19).replace('T', ' ')}  `;
  return { label: `${when}${text}`, children: because.map(treeOf) };
}

function messageNumber(text: string): number {
  const number = readMessageNumber(text);
  if (number === undefined)
    throw new InvalidArgumentError('It must be the id of a message, like msg_1kz4, or its number.');
  return number;
}
