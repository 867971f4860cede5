import type { Command } from 'commander';
import { AppError, verbatim } from '../core/kernel/index.ts';
import { deleteProfile, exportProfile, listConflicts, mergePeople } from '../services/identity/index.ts';
import { findPerson, getPerson, getProfile, listProfiles } from '../services/profiles/index.ts';
import { observeTraits } from '../services/traits/index.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 100;

export function addProfileCommands(program: Command, withContext: WithContext): void {
  const profile = program.command('profile').description('People: who they are and what is known of them');

  profile
    .command('show')
    .description('Everything known about one person')
    .argument('<person>', 'a profile number, an email address, namespace:value, or a namespace: customer_id, phone...')
    .argument('[value]', 'the identity, behind a namespace')
    .option('--json', 'print JSON')
    .action((person: string, value: string | undefined, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const found = await (value === undefined ? getPerson(ctx, person) : getProfile(ctx, person, value));
        if (options.json) return printJson(found);
        const { identities, consents, audiences, devices, groups, journeys, events, messages, traits, ...columns } =
          found;
        printLine(JSON.stringify({ ...columns, traits }, null, 2));
        printLine(`identities: ${identities.map((one) => `${one.namespace} ${one.value}`).join(', ')}`);
        for (const one of consents) {
          printLine(`consent ${one.channel}${one.topic ? `/${one.topic}` : ''}: ${one.status} (${one.source})`);
        }
        printLine(`audiences: ${audiences.map((one) => one.audience_key).join(', ') || 'none'}`);
        if (groups.length > 0) printLine(`groups: ${groups.map((one) => one.group_key).join(', ')}`);
        if (devices.length > 0) printLine(`devices: ${devices.map((one) => one.platform).join(', ')}`);
        for (const one of journeys) printLine(`journey ${one.journey_key} (${one.state}) at ${one.steps.join(', ')}`);
        for (const one of events) printLine(`${one.occurred_at.toISOString()} event ${one.name}`);
        for (const one of messages) {
          printLine(
            `${one.at.toISOString()} message ${one.template_key ?? '?'} ${one.state} ${one.reason ?? ''}`.trimEnd(),
          );
        }
      }),
    );

  profile
    .command('list')
    .description('List people')
    .option('--search <text>', 'the beginning of an email, or an identity as it is')
    .option('--json', 'print JSON')
    .action((options: { search?: string; json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listProfiles(ctx, { search: options.search, limit: LIST_MAX });
        const columns = {
          profile: (row: (typeof rows)[number]) => row.profile_id,
          email: (row: (typeof rows)[number]) => row.email,
          phone: (row: (typeof rows)[number]) => row.phone,
          traits: (row: (typeof rows)[number]) => JSON.stringify(row.traits).slice(0, 80),
        };
        printRows(rows, { json: options.json, columns });
      }),
    );

  addPersonCommands(profile, withContext);
  addReportCommands(profile, withContext);
}

const PERSON = 'a profile number, an email address or namespace:value';

function addPersonCommands(profile: Command, withContext: WithContext): void {
  profile
    .command('delete')
    .description(
      'Delete everything of one person from every table; messages and journeys stay counted without the person',
    )
    .argument('<person>', PERSON)
    .option('--suppress', 'keep the email addresses, on the list of those that must not be written to')
    .requiredOption('--yes', 'because nothing brings them back')
    .action((person: string, options: { suppress?: boolean }) =>
      withContext(async (ctx) => {
        const place = await findPerson(ctx.db, person);
        await deleteProfile(ctx, place, { suppress: options.suppress ?? false });
        notice(`Profile ${place.profileId} is deleted.`);
      }),
    );

  profile
    .command('export')
    .description('Print everything stored about one person, as lines of JSON: {"table", "row"}')
    .argument('<person>', PERSON)
    .action((person: string) =>
      withContext(async (ctx) => {
        const place = await findPerson(ctx.db, person);
        for await (const row of exportProfile(ctx, place)) printLine(JSON.stringify(row));
      }),
    );

  profile
    .command('merge')
    .description('Make two people one: the first goes into the second, even when both are users')
    .argument('<from>', 'namespace:value')
    .argument('<into>', 'namespace:value')
    .option('--json', 'print JSON')
    .action((from: string, into: string, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const merged = await mergePeople(ctx, { from: nameOf(from), into: nameOf(into) });
        if (options.json) return printJson(merged);
        notice(
          merged.kind === 'merged'
            ? `They are profile ${merged.profile_id} now.`
            : `They are one profile already: ${merged.profile_id}.`,
        );
      }),
    );
}

function addReportCommands(profile: Command, withContext: WithContext): void {
  profile
    .command('conflicts')
    .description('Links and merges that were refused, because one profile would have had too many identities')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listConflicts(ctx, { after: undefined, limit: LIST_MAX });
        const columns = {
          profile: (row: (typeof rows)[number]) => row.profile_id,
          identity: (row: (typeof rows)[number]) => row.identity,
          other: (row: (typeof rows)[number]) => row.other,
          'too many': (row: (typeof rows)[number]) => row.namespace,
          last: (row: (typeof rows)[number]) => row.last_at,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );

  profile
    .command('traits')
    .description('The traits that profiles have, from a sample of profiles')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const seen = await observeTraits(ctx);
        if (options.json) return printJson(seen);
        notice(`${seen.sampled} of about ${seen.profiles} profiles looked at.`);
        const columns = {
          trait: (row: (typeof seen.traits)[number]) => row.name,
          share: (row: (typeof seen.traits)[number]) => `${(row.share * 100).toFixed(1)} %`,
          types: (row: (typeof seen.traits)[number]) => row.types.map(({ type }) => type).join(', '),
          samples: (row: (typeof seen.traits)[number]) => row.samples.join(', ').slice(0, 60),
        };
        printRows(seen.traits, { columns });
      }),
    );
}

/** `email:a@x.com` in its two parts. @throws AppError `invalid`. */
function nameOf(text: string): { namespace: string; value: string } {
  const [, namespace, value] = /^([a-z][a-z0-9_-]*):(.+)$/.exec(text) ?? [];
  if (namespace === undefined || value === undefined) {
    throw new AppError(
      'invalid',
      verbatim(`"${text}" is not an identity: write namespace:value, email:a@example.com say.`),
    );
  }
  return { namespace, value };
}
