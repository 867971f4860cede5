import { z } from 'zod';
import { Name } from '../data/index.ts';
import { worded } from '../kernel/index.ts';

/** What can be told: memberships of live audiences, the ends of messages, and what people do with them. */
export const WEBHOOK_EVENTS = [
  'audience.entered',
  'audience.left',
  'message.sent',
  'message.failed',
  'message.excluded',
  'message.uncertain',
  'reaction.opened',
  'reaction.clicked',
  'reaction.unsubscribed',
  'reaction.complained',
] as const;
export const WebhookEvent = z.enum(WEBHOOK_EVENTS);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** A webhook as somebody asks for it. */
export const WebhookInput = z.strictObject({
  name: z.string().min(1).max(200).describe('For people'),
  url: z
    .url({ protocol: /^https?$/, error: worded('must be an http or https address') })
    .max(2_000)
    .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), worded('must not hold a user or a password')),
  events: z.array(WebhookEvent).min(1).max(WEBHOOK_EVENTS.length),
  audiences: z.array(Name).max(200).default([]).describe('Of audience.entered and audience.left; empty: all'),
  allow_private: z.boolean().default(false).describe('It may lead to this machine and to private networks'),
});
export type WebhookInput = z.infer<typeof WebhookInput>;
