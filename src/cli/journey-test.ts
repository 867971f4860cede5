import { type Command, Option } from 'commander';
import type { TestPlan } from '../core/journeys/index.ts';
import {
  enterTest,
  fireTestEvent,
  listTests,
  showTest,
  startJourneyTest,
  stopTest,
  type TestSummary,
} from '../services/journey-tests/index.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import { collect, readObject, readPair } from './read-arguments.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

type Json = { readonly json?: boolean };
type OfTest = { readonly test?: number };
type Someone = OfTest & { readonly person: string[] };

const ofTest = () => new Option('--test <number>', 'this one; the newest when absent').argParser(wholeNumber);

/** `carillon journey test ...`: a journey run for real with a few people. */
export function addJourneyTestCommands(journey: Command, withContext: WithContext): void {
  const test = journey
    .command('test')
    .description('Run a journey for real with a few named people, apart from all others');
  addStart(test, withContext);
  addHappening(test, withContext);
  addLooking(test, withContext);
}

type Start = Json & {
  readonly of?: number;
  readonly wait: string;
  readonly idle: string;
  readonly messages: string;
  readonly channel?: string;
  readonly branch: string[];
};

function addStart(test: Command, withContext: WithContext): void {
  test
    .command('start')
    .description('Begin a test of the draft, or of the published version where there is none')
    .argument('<key>')
    .argument('<people...>', 'profile numbers, email addresses or namespace:value; 100 at most')
    .addOption(new Option('--of <version>', 'this version of it').argParser(wholeNumber))
    .option('--wait <duration>', 'nobody waits longer anywhere', '10s')
    .option('--messages <where>', 'sandbox, person (test profiles only) or an email address', 'sandbox')
    .option('--channel <key>', 'by which messages leave, instead of those of the steps')
    .option('--branch <step=branch>', 'everybody takes this branch of a split or experiment', collect, [])
    .option('--idle <duration>', 'it ends when nobody asked for anything for so long', '1h')
    .option('--json', 'print JSON')
    .action((key: string, people: string[], options: Start) =>
      withContext(async (ctx) => {
        const { wait, idle, channel } = options;
        const branches = Object.fromEntries(
          options.branch.map((text) => readPair('branch', text, 'STEP=BRANCH, such as offer=b')),
        );
        const to = readMessages(options.messages);
        const started = await startJourneyTest(ctx, {
          key,
          version: options.of,
          people,
          wait,
          idle,
          ...to,
          channel,
          branches,
        });
        if (options.json) return printJson(started);
        printLine(sentenceOf(started));
        notice(`carillon journey test fire ${key} EVENT, then carillon journey test show ${key}`);
      }),
    );
}

function addHappening(test: Command, withContext: WithContext): void {
  const person = () =>
    new Option('--person <person>', 'one of its people; all of them when absent').argParser(collect).default([]);
  test
    .command('fire')
    .description('Have an event happen to the people of the test')
    .argument('<key>')
    .argument('<event>', 'its name')
    .addOption(ofTest())
    .addOption(person())
    .option('--properties <json>', 'of the event', '{}')
    .option('--traits <json>', 'what it says about the person', '{}')
    .action((key: string, event: string, options: Someone & { properties: string; traits: string }) =>
      withContext(async (ctx) => {
        const properties = readObject('properties', options.properties);
        const traits = readObject('traits', options.traits);
        const fired = await fireTestEvent(ctx, { key, ...whom(options), event, properties, traits });
        printLine(`"${event}" happened to ${fired.people} people of test ${fired.number}.`);
      }),
    );

  test
    .command('enter')
    .description('Let the people of the test in, whatever else would')
    .argument('<key>')
    .addOption(ofTest())
    .addOption(person())
    .option('--data <json>', 'what the journey knows as their entry', '{}')
    .option('--instance <key>', 'tells several instances of one person apart')
    .action((key: string, options: Someone & { data: string; instance?: string }) =>
      withContext(async (ctx) => {
        const data = readObject('data', options.data);
        const fired = await enterTest(ctx, { key, ...whom(options), data, instanceKey: options.instance });
        printLine(`${fired.people} people of test ${fired.number} were asked in.`);
      }),
    );
}

function addLooking(test: Command, withContext: WithContext): void {
  test
    .command('show')
    .description('What happened to everybody in the test, step by step')
    .argument('<key>')
    .addOption(ofTest())
    .option('--json', 'print JSON')
    .action((key: string, options: Json & OfTest) =>
      withContext(async (ctx) => {
        const shown = await showTest(ctx, { key, number: options.test });
        if (options.json) return printJson(shown);
        printLine(sentenceOf(shown));
        for (const { profile_id, instance_key, state, end_reason, log, messages } of shown.instances) {
          const person = shown.who.find((one) => one.profile_id === profile_id)?.email ?? `profile ${profile_id}`;
          printLine(
            `${person}${instance_key ? `, ${instance_key}` : ''}: ${state}${end_reason ? `, ${end_reason}` : ''}`,
          );
          for (const { at, words, detail } of log) {
            const error = typeof detail?.error === 'string' ? `: ${detail.error}` : '';
            printLine(`  ${at.toISOString()} ${words}${error}`);
          }
          for (const message of messages) {
            const why = message.reason ? ` (${message.reason})` : '';
            printLine(
              `  ${message.node}: ${message.template_key} to ${message.address ?? 'nobody'}, ${message.state}${why}`,
            );
          }
        }
      }),
    );

  test
    .command('list')
    .description('The tests of a journey, the newest first')
    .argument('<key>')
    .option('--json', 'print JSON')
    .action((key: string, options: Json) =>
      withContext(async (ctx) => {
        const columns = {
          test: (one: TestSummary) => one.number,
          version: (one: TestSummary) => one.version,
          state: (one: TestSummary) => one.state,
          people: (one: TestSummary) => one.people,
          started: (one: TestSummary) => one.started_at,
          ends: (one: TestSummary) => one.ends_at ?? one.finished_at,
        };
        printRows(await listTests(ctx, key), { json: options.json, columns });
      }),
    );

  test
    .command('stop')
    .description('End the test with everybody in it')
    .argument('<key>')
    .addOption(ofTest())
    .action((key: string, options: OfTest) =>
      withContext(async (ctx) => printLine(sentenceOf(await stopTest(ctx, { key, number: options.test })))),
    );
}

function whom({ test, person }: Someone) {
  return { number: test, people: person.length === 0 ? undefined : person };
}

function readMessages(text: string): { messages: TestPlan['messages']; address?: string } {
  return text === 'sandbox' || text === 'person' ? { messages: text } : { messages: 'address', address: text };
}

function sentenceOf({ journey, number, version, state, people, ends_at, messages, address }: TestSummary): string {
  const to = messages === 'address' ? address : messages === 'person' ? 'the people themselves' : 'the sandbox';
  const until = ends_at === null ? '' : `, until ${ends_at.toISOString()} unless something is asked of it`;
  return `Test ${number} of ${journey}, version ${version}: ${state}, ${people} people, messages to ${to}${until}.`;
}
