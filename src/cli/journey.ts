import { type Command, Option } from 'commander';
import { inLanguage, invalid, parseWith, say, says, verbatim } from '../core/kernel/index.ts';
import { Rule } from '../core/rules/index.ts';
import { duplicateDefinition, publishDefinition } from '../services/definitions/index.ts';
import {
  closeJourney,
  countHeldPeople,
  enterJourney,
  listJourneys,
  listPeople,
  migratePeople,
  pauseJourney,
  resumeJourney,
  setExperimentWinner,
  showJourney,
  startDryRun,
  stopJourney,
  tracePerson,
} from '../services/journeys/index.ts';
import { findPerson } from '../services/profiles/index.ts';
import { addJourneyTestCommands } from './journey-test.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import { collect, readObject, readPair } from './read-arguments.ts';
import { readRule } from './read-yaml.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 1_000;

type Json = { readonly json?: boolean };
type Numbered = { readonly of?: number };

export function addJourneyCommands(program: Command, withContext: WithContext): void {
  const journey = program.command('journey').description('Journeys: follow them, steer them, let people in');
  addReading(journey, withContext);
  addPeople(journey, withContext);
  addPublishing(journey, withContext);
  addSteering(journey, withContext);
  addMoving(journey, withContext);
  addChoosing(journey, withContext);
  addJourneyTestCommands(journey, withContext);
}

/** Not `--version`, which the program has taken. */
const ofVersion = () => new Option('--of <version>', 'this version of it').argParser(wholeNumber);

function addReading(journey: Command, withContext: WithContext): void {
  journey
    .command('list')
    .description('List the journeys with their versions in force')
    .option('--json', 'print JSON')
    .action((options: Json) =>
      withContext(async (ctx) => {
        const journeys = await listJourneys(ctx, { limit: LIST_MAX });
        if (options.json) return printJson(journeys);
        type Summary = (typeof journeys)[number];
        type Line = Pick<Summary, 'key' | 'name' | 'published_version'> & { version?: Summary['versions'][number] };
        const lines: Line[] = journeys.flatMap(({ key, name, published_version, versions }) => {
          const line = { key, name, published_version };
          return versions.length === 0 ? [line] : versions.map((version) => ({ ...line, version }));
        });
        const columns = {
          key: (line: Line) => line.key,
          name: (line: Line) => line.name,
          version: (line: Line) => line.version?.version,
          state: (line: Line) => line.version?.state ?? (line.published_version === null ? 'draft' : 'not in force'),
          entered: (line: Line) => line.version?.entered,
          inside: (line: Line) => line.version?.inside,
          ended: (line: Line) => line.version?.ended,
        };
        printRows(lines, { columns });
      }),
    );

  journey
    .command('show')
    .description('A version with the counters of every step')
    .argument('<key>')
    .addOption(ofVersion())
    .option('--exact', 'count who stands where, instead of reading the counters')
    .option('--json', 'print JSON')
    .action((key: string, options: Json & Numbered & { exact?: boolean }) =>
      withContext(async (ctx) => {
        const shown = await showJourney(ctx, { key, version: options.of, exact: options.exact });
        if (options.json) return printJson(shown);
        printLine(`${key} version ${shown.version}: ${shown.state}${shown.reason ? ` (${shown.reason})` : ''}`);
        const refused = shown.refused > 0 ? `, ${shown.refused} refused (${list(shown.refused_by)})` : '';
        // Exits by what they are: their numbers are those of the definition.
        const why = Object.entries(shown.ended_by).map(([reason, count]): [string, number] => [
          reason.startsWith('exit:') ? (shown.endings[reason] ?? reason) : reason,
          count,
        ]);
        const ended = shown.ended > 0 ? `, ${shown.ended} ended (${list(Object.fromEntries(why))})` : '';
        const moved = shown.moved > 0 ? `, ${shown.moved} moved to another version` : '';
        printLine(`${shown.entered} entered${refused}, ${shown.inside} inside${ended}${moved}`);
        type Node = (typeof shown.nodes)[number];
        const columns = {
          step: (node: Node) => node.node,
          does: (node: Node) => node.does,
          entered: (node: Node) => node.entered,
          waiting: (node: Node) => node.waiting,
          left: (node: Node) => list(node.left),
          ended: (node: Node) => node.ended,
        };
        printRows(shown.nodes, { columns });
      }),
    );
}

function addPeople(journey: Command, withContext: WithContext): void {
  journey
    .command('people')
    .description('Who is in a version now')
    .argument('<key>')
    .argument('[step]', 'at this step only')
    .addOption(ofVersion())
    .option('--limit <people>', 'how many', wholeNumber, 100)
    .option('--json', 'print JSON')
    .action((key: string, node: string | undefined, options: Json & Numbered & { limit: number }) =>
      withContext(async (ctx) => {
        const people = await listPeople(ctx, { key, node, version: options.of, limit: options.limit });
        type One = (typeof people)[number];
        const columns = {
          profile: (one: One) => one.profile_id,
          email: (one: One) => one.email,
          instance: (one: One) => one.instance_key || one.instance_id,
          state: (one: One) => one.state,
          since: (one: One) => one.since,
          wakes: (one: One) => one.wake_at,
        };
        printRows(people, { json: options.json, columns });
      }),
    );

  journey
    .command('trace')
    .description('What one person went through, step by step')
    .argument('<key>')
    .argument('<person>', 'a profile number, an email address or namespace:value')
    .option('--json', 'print JSON')
    .action((key: string, person: string, options: Json) =>
      withContext(async (ctx) => {
        const place = await findPerson(ctx.db, person);
        const instances = await tracePerson(ctx, { ...place, key });
        if (options.json) return printJson(instances);
        if (instances.length === 0) return printLine(`${person} was never in ${key}.`);
        for (const { steps, ...one } of instances) {
          const dry = one.dry_run ? ', a dry run' : '';
          printLine(`Version ${one.version}${one.instance_key ? `, ${one.instance_key}` : ''}${dry}: ${one.state}`);
          for (const step of steps) printLine(`  ${step.at.toISOString()} ${step.words}`);
          if (one.ended_at) printLine(`  ${one.ended_at.toISOString()} ended: ${one.end_reason}`);
        }
      }),
    );

  journey
    .command('enter')
    .description('Let people in')
    .argument('<key>')
    .argument('<people...>', 'identities as namespace:value')
    .option('--data <json>', 'what the journey knows as their entry', '{}')
    .option('--force', 'who is still inside begins anew')
    .option('--json', 'print JSON')
    .action((key: string, people: string[], options: Json & { data: string; force?: boolean }) =>
      withContext(async (ctx) => {
        const data = readObject('data', options.data);
        const wanted = people.map((text) => ({ ...readIdentity(text), data }));
        const answers = await enterJourney(ctx, { key, people: wanted, force: options.force });
        if (options.json) return printJson(answers);
        for (const one of answers) printLine(`${one.namespace}:${one.value} ${one.status}`);
        notice(`carillon journey show ${key}`);
      }),
    );
}

function addPublishing(journey: Command, withContext: WithContext): void {
  journey
    .command('publish')
    .description('Put the draft in force; without one, what was published last, when nobody can enter it any more')
    .argument('<key>')
    .option('--json', 'print JSON')
    .action((key: string, options: Json) =>
      withContext(async (ctx) => {
        const { row, notes: wordings } = await publishDefinition(ctx, { kind: 'journey', key });
        const notes = wordings.map((note) => inLanguage(note));
        if (options.json) return printJson({ key, version: row.version, state: row.state, notes });
        printLine(`Version ${row.version} of ${key} is in force.`);
        for (const note of notes) notice(note);
        notice(`carillon journey show ${key}`);
      }),
    );
}

function addSteering(journey: Command, withContext: WithContext): void {
  journey
    .command('pause')
    .description('Let nobody enter and nothing leave; waits go on')
    .argument('<key>')
    .addOption(ofVersion())
    .option('--discard', 'who comes to a step that acts leaves, instead of being held there')
    .action((key: string, options: Numbered & { discard?: boolean }) =>
      withContext(async (ctx) => {
        const hold = options.discard ? 'discard' : 'hold';
        const { version, state } = await pauseJourney(ctx, { key, version: options.of, hold });
        printLine(`Version ${version} of ${key} is ${state}.`);
      }),
    );

  journey
    .command('resume')
    .description('Go on after a pause')
    .argument('<key>')
    .addOption(ofVersion())
    .option('--rate <people>', 'per second that are let go', wholeNumber)
    .option(
      '--filter <file>',
      'a YAML or JSON file with a rule, - for standard input: who was held and does not fit it leaves',
    )
    .option('--count', 'only say how many of those who are held would stay and leave')
    .action((key: string, options: Numbered & { rate?: number; filter?: string; count?: boolean }) =>
      withContext(async (ctx) => {
        const filter =
          options.filter === undefined ? undefined : parseWith(Rule, await readRule(options.filter), say('The filter'));
        const address = { key, version: options.of };
        if (options.count) {
          if (!filter)
            throw invalid(verbatim('Say by which filter to count.'), [
              { path: '', ...says('{text}', { text: 'It needs --filter FILE.' }) },
            ]);
          const found = await countHeldPeople(ctx, { ...address, filter });
          const { version, held, staying, leaving } = found;
          printLine(
            `Of ${held} held in version ${version} of ${key}, ${staying} would stay and ${leaving} would leave.`,
          );
          return;
        }
        const { version, state } = await resumeJourney(ctx, { ...address, rate: options.rate, filter });
        printLine(`Version ${version} of ${key} is ${state}.`);
      }),
    );

  journey
    .command('close')
    .description('Let nobody enter any more; who is inside goes on to the end')
    .argument('<key>')
    .addOption(ofVersion())
    .action((key: string, options: Numbered) =>
      withContext(async (ctx) => {
        const { version, state } = await closeJourney(ctx, { key, version: options.of });
        printLine(`Version ${version} of ${key} is ${state}.`);
      }),
    );

  journey
    .command('stop')
    .description('End a version for good, with everybody in it')
    .argument('<key>')
    .addOption(ofVersion())
    .action((key: string, options: Numbered) =>
      withContext(async (ctx) => {
        const { version, ended, excluded } = await stopJourney(ctx, { key, version: options.of });
        printLine(`Version ${version} of ${key} is stopped: ${ended} instances ended, ${excluded} messages excluded.`);
      }),
    );
}

function addMoving(journey: Command, withContext: WithContext): void {
  journey
    .command('migrate')
    .description('Move people to another version; a step goes to the one of the same name unless --map says otherwise')
    .argument('<key>')
    .argument('<from>', 'a version', wholeNumber)
    .argument('<to>', 'a version', wholeNumber)
    .option('--map <old=new...>', 'a step and its successor, or `end`', collect, [])
    .option('--json', 'print JSON')
    .action((key: string, from: number, to: number, options: Json & { map: string[] }) =>
      withContext(async (ctx) => {
        const mapping = Object.fromEntries(
          options.map.map((text) => readPair('map', text, 'OLD=NEW, such as mail=letter')),
        );
        const done = await migratePeople(ctx, { key, from, to, mapping });
        if (options.json) return printJson(done);
        const stayed = list(done.stayed);
        printLine(`${done.migrated} instances moved to version ${to}${stayed ? `; stayed: ${stayed}` : ''}.`);
      }),
    );

  journey
    .command('dry-run')
    .description('Try the draft on what really happens, without sending, calling or writing anything')
    .argument('<key>')
    .option('--for <duration>', 'when it ends by itself', '7d')
    .action((key: string, options: { for: string }) =>
      withContext(async (ctx) => {
        const { version, endsAt } = await startDryRun(ctx, { key, for: options.for });
        printLine(`Version ${version} of ${key} is tried until ${new Date(endsAt).toISOString()}.`);
        notice(`carillon journey show ${key} --of ${version}`);
      }),
    );
}

function addChoosing(journey: Command, withContext: WithContext): void {
  journey
    .command('duplicate')
    .description('Copy a journey to a draft under another key')
    .argument('<key>')
    .argument('<to>', 'the key of the copy')
    .action((key: string, to: string) =>
      withContext(async (ctx) => {
        await duplicateDefinition(ctx, { kind: 'journey', key, to });
        printLine(`${to} is a draft like ${key}.`);
      }),
    );

  journey
    .command('winner')
    .description('End an experiment: everybody who comes to it takes one branch from now on')
    .argument('<key>')
    .argument('<step>', 'the experiment')
    .argument('[branch]', 'left out: the branches are dealt again')
    .addOption(ofVersion())
    .action((key: string, node: string, branch: string | undefined, options: Numbered) =>
      withContext(async (ctx) => {
        const chosen = { key, version: options.of, node, branch: branch ?? null };
        const { version } = await setExperimentWinner(ctx, chosen);
        printLine(
          branch === undefined
            ? `${node} of version ${version} of ${key} deals its branches again.`
            : `Everybody who comes to ${node} of version ${version} of ${key} takes ${branch}.`,
        );
      }),
    );
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function readIdentity(text: string): { namespace: string; value: string } {
  const [, namespace, value] = /^([a-z][a-z0-9_-]*):(.+)$/.exec(text) ?? [];
  if (namespace !== undefined && value !== undefined) return { namespace, value };
  throw invalid(verbatim(`"${text}" is not an identity.`), [
    {
      path: 'people',
      ...says('{text}', { text: `"${text}" is not an identity.` }),
      expected: 'namespace:value, such as customer_id:17850',
    },
  ]);
}
