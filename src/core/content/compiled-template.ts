import type { Instant } from '../kernel/index.ts';
import type { Mailbox, TemplateDefinition, Utm } from './definition.ts';

/**
 * What a template is compiled from: the definition with its MJML already turned into HTML, its CSS inlined and its text part made.
 * Liquid is still inside, and fragments are already expanded. `services/templates` makes it; core is handed it.
 */
export type TemplateSource = {
  readonly subject: string;
  readonly preheader?: string;
  readonly html?: string;
  readonly text?: string;
  readonly from?: Mailbox;
  readonly replyTo?: Mailbox;
  readonly defaults: TemplateDefinition['defaults'];
  readonly utm: Utm;
  readonly track: TemplateDefinition['track'];
};

export type CompileOptions = {
  /** Leave links as they are (with their UTM parameters) and put in no pixel: previews and mirror pages. */
  readonly linkless?: boolean;
  /** Used where the template itself does not set the parameter: the campaign's key as `campaign`, for one. */
  readonly utm?: Utm;
  /** For `date` and `money` where the template names none. Default `en`. */
  readonly locale?: string;
  /** For `date` where the template names none. Default `UTC`. */
  readonly timeZone?: string;
};

/** A link with a fixed address. Its number is what a tracking URL carries: 1 to `links.length`. */
export type TemplateLink = { readonly no: number; readonly url: string; readonly label: string };

/** What Liquid can read. Timestamps are ISO 8601 text, decimals may be text: the values of a row as JSON. */
export type TemplateVars = {
  readonly profile: Readonly<Record<string, unknown>>;
  readonly row: Readonly<Record<string, unknown>>;
  readonly campaign: Readonly<Record<string, unknown>>;
  /** `id`, `unsubscribe_url`, `preferences_url`, `mirror_url`. */
  readonly message: Readonly<Record<string, unknown>>;
};

/** How the links of one message are tracked; unused by a template compiled with `linkless`. */
export type MessageTracking = {
  /** Static link number `no` goes to `linkBase + no`. */
  readonly linkBase: string;
  /** For an address made by Liquid, with its UTM parameters: the signed address to put in the message. */
  readonly trackedUrl: (url: string) => string;
  /** Empty: no pixel. */
  readonly pixelUrl: string;
};

export type MessageEnvelope = {
  /** The template's own sender wins over this one. */
  readonly from: Mailbox;
  readonly to: Mailbox;
  /** The template's own reply address wins over this one. */
  readonly replyTo?: Mailbox;
  /** Without angle brackets; the same on every attempt. */
  readonly messageId: string;
  /** The Date header, and what `'now' | date` shows. */
  readonly date: Instant;
  /** Further headers (`List-Unsubscribe`, `Feedback-ID`, `X-...`): ASCII, one line each, else the message fails. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Put before the subject: `[Proof] `. */
  readonly subjectPrefix?: string;
};

export type ComposeInput = {
  readonly vars: TemplateVars;
  readonly tracking: MessageTracking;
  readonly envelope: MessageEnvelope;
};

/**
 * Why one person's message could not be made; the others are not affected. `aborted`: the template said `{% abort %}`;
 * `template_error`: a filter failed or a bound was reached; `invalid_header`: an address or header that must not go out.
 */
export type ComposeFailure = {
  readonly kind: 'failed';
  readonly reason: 'aborted' | 'template_error' | 'invalid_header';
  readonly detail: string;
};

/** `raw` is the whole message (RFC 5322): CRLF line ends, every character below 128, lines of at most 76 in the body. */
export type Composed = { readonly kind: 'composed'; readonly subject: string; readonly raw: string };

export type RenderInput = {
  readonly vars: TemplateVars;
  readonly now: Instant;
  /** Left out: links keep their addresses and there is no pixel. */
  readonly tracking?: MessageTracking;
};

export type Rendered = {
  readonly kind: 'rendered';
  readonly subject: string;
  readonly html?: string;
  readonly text?: string;
};

export type CompiledTemplate = {
  /** Every variable that some part reads, as `namespace.name`; a bare `row` or `profile` when a name is computed. */
  readonly variables: readonly string[];
  readonly links: readonly TemplateLink[];
  /** Characters of the fixed part of the HTML; inboxes clip near 102 kB. */
  readonly htmlCharacters: number;
  readonly from?: Mailbox;
  readonly replyTo?: Mailbox;
  /** The message for the wire. Never throws for what a person's data does. */
  compose(input: ComposeInput): Composed | ComposeFailure;
  /** The parts as a person sees them: previews, the mirror page. */
  render(input: RenderInput): Rendered | ComposeFailure;
};
