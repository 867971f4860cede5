import { z } from 'zod';
import { ConsentMode } from '../../consent/index.ts';
import { type Catalog, ColumnName, Name } from '../../data/index.ts';
import { SendSettings } from '../../deliveries/index.ts';
import { type Problem, says, unknownName } from '../../kernel/index.ts';
import { type ActivityKind, ActivitySettings, onlyInput, outlet, Target } from './activity.ts';

/**
 * Hands the population to delivery: one message per person. The population goes on to `next` at once, whatever becomes of the
 * messages; a test run sends nothing.
 */
export const Email = z.strictObject({
  type: z.literal('email'),
  ...ActivitySettings,
  template: Name,
  channel: Name.optional().describe('The key of a channel; may be left out when there is only one'),
  topic: Name.optional().describe('What consent is asked for; absent: the channel as a whole'),
  consent: ConsentMode.default('opt-in').describe(
    'opt-in: only who said yes. opt-out: all but who said no. none: everyone',
  ),
  data: z
    .record(ColumnName, z.json())
    .default({})
    .describe('What the template reads as row.name beside the columns; the same for everybody'),
  confirm: z.boolean().default(false).describe('True: nothing leaves before a person has confirmed the counts'),
  send: SendSettings.prefault({}).describe('How the send behaves'),
  next: Target.optional(),
});
export type Email = z.infer<typeof Email>;

export const email: ActivityKind<Email> = {
  takes: 'one',
  outlets: (activity) => (activity.next === undefined ? [] : [outlet('next', activity.next)]),
  check({ activity, catalog }) {
    const problems: Problem[] = [];
    if (!catalog.templates.includes(activity.template)) {
      const known = catalog.templates;
      problems.push(unknownName({ what: 'template', name: activity.template, path: 'template', known }));
    }
    if (activity.channel !== undefined && !catalog.channels.includes(activity.channel)) {
      const known = catalog.channels;
      problems.push(unknownName({ what: 'channel', name: activity.channel, path: 'channel', known }));
    }
    if (channelOf(activity, catalog) === undefined) {
      problems.push({
        path: 'channel',
        ...(catalog.channels.length === 0
          ? says('There is no channel yet.')
          : says('There are several channels; name one.')),
        ...(catalog.channels.length === 0 ? {} : { expected: catalog.channels.join(' | ') }),
      });
    }
    return problems;
  },
  output: (input) => onlyInput(input),
};

/** The channel that an email goes through: the one it names, else the only one there is. */
export function channelOf(activity: Email, catalog: Catalog): string | undefined {
  if (activity.channel !== undefined) return activity.channel;
  return catalog.channels.length === 1 ? catalog.channels[0] : undefined;
}
