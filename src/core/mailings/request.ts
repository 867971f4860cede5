import { z } from 'zod';
import type { CampaignInput } from '../campaigns/index.ts';
import { Name } from '../data/index.ts';
import type { Instant, Problem } from '../kernel/index.ts';
import { IDEMPOTENCY_KEY_CHARS_MAX, Variables } from '../messages/index.ts';
import { instantText, Rule } from '../rules/index.ts';

/** What every campaign of a mailing is tagged with. */
export const MAILING_TAG = 'api';

/** The body of `POST /v1/mailings`. */
export const MailingRequest = z
  .strictObject({
    template: Name.describe('A published template'),
    audience: Name.optional().describe('Its members at the moment at which the mailing begins'),
    rule: Rule.optional().describe('Instead of an audience: everybody of whom it is true then'),
    name: z.string().min(1).max(200).optional().describe('What it is called in lists and reports'),
    channel: Name.optional().describe('Needed only where there are several'),
    topic: Name.optional().describe('What consent is asked for; absent: the channel as a whole'),
    variables: Variables.default({}),
    confirm: z.boolean().default(false).describe('True: nothing leaves before somebody has confirmed the counts'),
    send_at: z.iso.datetime({ offset: true }).optional().describe('Not before this time'),
    idempotency_key: z
      .string()
      .min(1)
      .max(IDEMPOTENCY_KEY_CHARS_MAX)
      .optional()
      .describe('The same as the header Idempotency-Key, for clients that cannot set one'),
  })
  .refine(
    ({ audience, rule }) => (audience === undefined) !== (rule === undefined),
    'needs an audience or a rule, not both',
  );
export type MailingRequest = z.infer<typeof MailingRequest>;

/** The whole campaign that a mailing is: who, then the email to those who opted in. */
export function campaignOf(
  request: MailingRequest,
  { key, sendAt }: { readonly key: string; readonly sendAt: Instant | undefined },
): CampaignInput {
  const { template, audience, rule, channel, topic, variables, confirm } = request;
  const people =
    rule === undefined
      ? ({ type: 'read-audience', audience: audience ?? '', next: 'mail' } as const)
      : ({ type: 'build-audience', rule, next: 'mail' } as const);
  return {
    kind: 'campaign',
    key,
    name: request.name ?? `${template} by API`,
    tags: [MAILING_TAG],
    ...(sendAt === undefined ? {} : { schedule: { once: secondOf(sendAt), zone: 'UTC' } }),
    activities: {
      people,
      mail: {
        type: 'email',
        template,
        ...(channel === undefined ? {} : { channel }),
        ...(topic === undefined ? {} : { topic }),
        data: variables,
        confirm,
      },
    },
  };
}

/** `2026-12-01T09:00:30` in UTC. A part of a second is a whole one: nothing leaves too early. */
function secondOf(instant: Instant): string {
  return instantText(Math.ceil(instant / 1_000) * 1_000).slice(0, 19);
}

/** What is wrong with the campaign, said of the request that its author wrote. */
export function problemOfRequest(problem: Problem): Problem {
  const path = problem.path
    .replace(/^activities\.(people|mail)\.?/, '')
    .replace(/^data\b/, 'variables')
    .replace(/^schedule\b.*/, 'send_at');
  return { ...problem, path };
}
