import { z } from 'zod';
import { Name } from '../data/index.ts';
import { worded } from '../kernel/index.ts';

/** The largest body or fragment that a definition may hold. */
export const BODY_CHARACTERS_MAX = 500_000;

const Body = z.string().min(1).max(BODY_CHARACTERS_MAX);
const HeaderText = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\r\n]*$/, worded('must be one line'));

/** An address with an optional display name. */
export const Mailbox = z.strictObject({ email: z.email(), name: HeaderText.optional() });
export type Mailbox = z.infer<typeof Mailbox>;

/** Query parameters added to every http(s) link that does not have them yet. */
export const Utm = z.strictObject({
  source: z.string().max(200).optional(),
  medium: z.string().max(200).optional(),
  campaign: z.string().max(200).optional(),
  term: z.string().max(200).optional(),
  content: z.string().max(200).optional(),
});
export type Utm = z.infer<typeof Utm>;

/** An email. Its subject, preheader and bodies are Liquid; see docs/content.md. */
export const TemplateDefinition = z
  .strictObject({
    kind: z.literal('template'),
    key: Name,
    name: z.string().min(1).max(200).optional(),
    channel: z.literal('email').default('email'),
    subject: HeaderText.describe('Liquid, one line'),
    preheader: z.string().max(500).optional().describe('What inboxes show after the subject; Liquid, plain text'),
    mjml: Body.optional(),
    html: Body.optional(),
    text: Body.optional().describe('The plain text part; made from the HTML when absent'),
    inline_css: z
      .boolean()
      .default(false)
      .describe('Moves the rules of <style> into style attributes, for imported HTML'),
    from: Mailbox.optional().describe("Instead of the channel's sender"),
    reply_to: Mailbox.optional(),
    defaults: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .describe('Variable -> what to use when the person has no value: { profile.first_name: friend }'),
    utm: Utm.default({}),
    track: z
      .strictObject({ opens: z.boolean().default(true), clicks: z.boolean().default(true) })
      .default({ opens: true, clicks: true }),
    transactional: z.boolean().default(false).describe('Needs no unsubscribe link: receipts, password resets'),
  })
  .superRefine((value, context) => {
    if (value.mjml !== undefined && value.html !== undefined) {
      context.addIssue({ code: 'custom', path: ['html'], message: worded('Give mjml or html, not both.') });
    }
    if (value.mjml === undefined && value.html === undefined && value.text === undefined) {
      context.addIssue({ code: 'custom', path: ['html'], message: worded('Give one of mjml, html or text.') });
    }
  });
export type TemplateDefinition = z.infer<typeof TemplateDefinition>;

/** A piece of content that templates include with `{% fragment 'key' %}`. */
export const FragmentDefinition = z
  .strictObject({
    kind: z.literal('fragment'),
    key: Name,
    name: z.string().min(1).max(200).optional(),
    mjml: Body.optional(),
    html: Body.optional(),
    text: Body.optional(),
  })
  .superRefine((value, context) => {
    if (value.mjml === undefined && value.html === undefined && value.text === undefined) {
      context.addIssue({ code: 'custom', path: ['html'], message: worded('Give at least one of mjml, html or text.') });
    }
  });
export type FragmentDefinition = z.infer<typeof FragmentDefinition>;
