import {
  CLIPPED_CHARACTERS,
  type CompiledTemplate,
  type Composed,
  type ComposeFailure,
  type Mailbox,
  type MessageEnvelope,
  type TemplateDefinition,
  type TemplateVars,
} from '../../core/content/index.ts';
import { notFound, type Problem, say, says } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { compileDefinition, loadFragments } from './load.ts';
import { loadPerson, NOBODY, type Person, type PersonReference } from './person.ts';
import { selectNewestTemplate, selectTemplate, type TemplateRow } from './store.ts';

/** What a preview or a proof is made of. */
export type SampleRequest = {
  readonly key: string;
  /** Default: the draft if there is one, else the newest version. */
  readonly version?: number | undefined;
  /** Shown instead of what is saved. */
  readonly definition?: TemplateDefinition | undefined;
  /** Default: nobody, so that what happens without values can be seen. */
  readonly person?: PersonReference | undefined;
  /** Put over what is known of the person. */
  readonly profile?: Readonly<Record<string, unknown>> | undefined;
  /** A row of the population, as the campaign would carry it. */
  readonly row?: Readonly<Record<string, unknown>> | undefined;
  readonly campaign?: Readonly<Record<string, unknown>> | undefined;
};

export type Sample = {
  /** Null: it was not saved. */
  readonly version: number | null;
  readonly template: CompiledTemplate;
  readonly person: Person;
  readonly vars: TemplateVars;
  readonly warnings: readonly Problem[];
};

/** Loads and compiles what was asked for, with links as they are. @throws AppError `not_found`, `invalid` */
export async function loadSample(ctx: Context, request: SampleRequest): Promise<Sample> {
  const { version, body: definition } = request.definition
    ? { version: null, body: request.definition }
    : await findTemplate(ctx, request);
  const fragments = await loadFragments(ctx.db, definition, true);
  const { template, warnings } = await compileDefinition(definition, fragments, { linkless: true });
  const person = request.person ? await loadPerson(ctx.db, request.person) : NOBODY;
  const page = (name: string) => `${ctx.config.publicUrl}/#${name}`;
  const vars = {
    profile: { ...person.vars, ...request.profile },
    row: request.row ?? {},
    campaign: { key: 'preview', name: 'Preview', run_id: 0, activity: 'preview', ...request.campaign },
    message: {
      id: '0',
      unsubscribe_url: page('unsubscribe'),
      preferences_url: page('preferences'),
      mirror_url: page('mirror'),
    },
  };
  return { version, template, person, vars, warnings: [...warnings, ...clipping(template)] };
}

async function findTemplate(ctx: Context, { key, version }: SampleRequest): Promise<TemplateRow> {
  const row =
    version === undefined ? await selectNewestTemplate(ctx.db, key) : await selectTemplate(ctx.db, key, version);
  if (!row) throw notFound(version === undefined ? 'template' : say('version {version} of template', { version }), key);
  return row;
}

function clipping({ htmlCharacters }: CompiledTemplate): Problem[] {
  if (htmlCharacters <= CLIPPED_CHARACTERS) return [];
  const said = says(
    'The HTML has {size} characters before anything is filled in; Gmail clips messages at about {limit}.',
    { size: htmlCharacters, limit: CLIPPED_CHARACTERS },
  );
  return [{ path: 'html', ...said }];
}

export type Preview = {
  /** Null: it was not saved. */
  readonly version: number | null;
  readonly subject: string | null;
  /** The template's own sender; null: that of the channel. */
  readonly from: Mailbox | null;
  readonly html: string | null;
  readonly text: string | null;
  /** The whole message as it would go out, with headers. */
  readonly source: string | null;
  /** Why this person would get none. */
  readonly failure: { readonly reason: string; readonly detail: string } | null;
  readonly variables: readonly string[];
  /** Variables that the template reads and this person has no value for. */
  readonly missing: readonly string[];
  readonly links: readonly { readonly no: number; readonly url: string; readonly label: string }[];
  readonly warnings: readonly Problem[];
};

/** A template as one person would get it. Nothing is sent and nothing is counted. @throws AppError `not_found`, `invalid` */
export async function previewTemplate(ctx: Context, request: SampleRequest): Promise<Preview> {
  const { version, template, vars, warnings } = await loadSample(ctx, request);
  const now = ctx.clock.now();
  const rendered = template.render({ vars, now });
  const failed = rendered.kind === 'failed';
  const email = typeof vars.profile.email === 'string' ? vars.profile.email : 'somebody@example.com';
  const composed = composeSample(template, vars, {
    from: { email: 'sender@example.com' },
    to: { email },
    messageId: `preview@example.com`,
    date: now,
    headers: [],
  });
  return {
    version,
    subject: failed ? null : rendered.subject,
    from: template.from ?? null,
    html: failed ? null : (rendered.html ?? null),
    text: failed ? null : (rendered.text ?? null),
    source: composed.kind === 'failed' ? null : composed.raw,
    failure: failureOf(failed ? rendered : composed),
    variables: template.variables,
    missing: template.variables.filter((path) => isMissing(vars, path)),
    links: template.links,
    warnings,
  };
}

/**
 * The same as a page for a frame: its HTML, or its text, or why this person would get none.
 * @throws AppError `not_found`, `invalid`
 */
export async function previewPage(ctx: Context, request: SampleRequest): Promise<string> {
  const { html, text, failure } = await previewTemplate(ctx, request);
  if (failure) return plainPage(failure.detail);
  return html === null ? plainPage(text ?? '') : BASE + html;
}

/** Links open beside the frame, which may not leave its place. */
const BASE = '<base target="_blank">';

function plainPage(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `${BASE}<pre style="white-space:pre-wrap">${escaped}</pre>`;
}

function failureOf(result: Composed | ComposeFailure): Preview['failure'] {
  return result.kind === 'failed' ? { reason: result.reason, detail: result.detail } : null;
}

function isMissing(vars: TemplateVars, path: string): boolean {
  const [namespace, name] = path.split('.');
  if (name === undefined) return false;
  const value = vars[namespace as keyof TemplateVars]?.[name];
  return value === undefined || value === null || value === '';
}

/** One message that tracks nothing. */
export function composeSample(
  template: CompiledTemplate,
  vars: TemplateVars,
  envelope: MessageEnvelope & { readonly from: Mailbox },
): Composed | ComposeFailure {
  return template.compose({ vars, envelope, tracking: { linkBase: '', trackedUrl: (url) => url, pixelUrl: '' } });
}
