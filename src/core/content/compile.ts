import { type Instant, invalid, type Problem, say } from '../kernel/index.ts';
import { problemsOfPart } from './check.ts';
import type {
  CompiledTemplate,
  CompileOptions,
  Composed,
  ComposeFailure,
  ComposeInput,
  MessageTracking,
  Rendered,
  RenderInput,
  TemplateLink,
  TemplateSource,
  TemplateVars,
} from './compiled-template.ts';
import { completeDocument, insertPixel, insertPreheader } from './html-document.ts';
import { createLinkTable, rewriteHtmlLinks, rewriteTextLinks, withoutBreaks } from './links.ts';
import {
  type CompiledPart,
  compilePart,
  createEngine,
  type Engine,
  escapeHtml,
  liquidTokens,
  type PartInput,
  plainTarget,
  type Target,
  TemplateAborted,
} from './liquid/index.ts';
import {
  createEscapedEncoder,
  createMessageWriter,
  encodeLiteral,
  encodeValue,
  InvalidHeader,
  oneLine,
  SOFT_BREAK,
} from './mime/index.ts';
import { appendUtm, mergeUtm } from './utm.ts';
import { variablesOf } from './variables.ts';

const escapedForWire = createEscapedEncoder(escapeHtml);
const htmlOnWire: Target = { literal: encodeLiteral, value: encodeValue, escaped: escapedForWire, tail: SOFT_BREAK };
const textOnWire: Target = { literal: encodeLiteral, value: encodeValue, escaped: encodeValue, tail: SOFT_BREAK };

/** How much of an error goes into the message log. */
const DETAIL_CHARACTERS_MAX = 500;

/** The parts of a template with their links rewritten: Liquid, ready to be compiled for either target. */
type Bodies = {
  readonly html: string | undefined;
  readonly text: string | undefined;
  readonly links: readonly TemplateLink[];
};
type Parts = { readonly html: CompiledPart | undefined; readonly text: CompiledPart | undefined };

/**
 * Compiles a template once; what comes back makes one message per call, quickly.
 * @throws AppError `invalid` with every problem of syntax, each with its line.
 */
export function compileTemplate(source: TemplateSource, options: CompileOptions = {}): CompiledTemplate {
  const bodies = prepareBodies(source, options);
  const settings = { locale: options.locale ?? 'en', timeZone: options.timeZone ?? 'UTC' };
  const htmlEngine = createEngine({ html: true, ...settings });
  const textEngine = createEngine({ html: false, ...settings });
  const utm = mergeUtm(source.utm, options.utm);
  const shared = {
    defaults: new Map<string, unknown>(Object.entries(source.defaults)),
    prepareUrl: Object.keys(utm).length === 0 ? withSafeScheme : (url: string) => appendUtm(withSafeScheme(url), utm),
  };
  const problems: Problem[] = [];
  const compile = (path: string, text: string | undefined, engine: Engine, target: Target) => {
    if (text === undefined) return undefined;
    const found = problemsOfPart(path, text, engine, 'all');
    problems.push(...found);
    return found.length > 0 ? undefined : compilePart(text, { engine, target, ...shared });
  };
  const subject = compile('subject', source.subject, textEngine, plainTarget);
  const wire: Parts = {
    html: compile('html', bodies.html, htmlEngine, htmlOnWire),
    text: compile('text', bodies.text, textEngine, textOnWire),
  };
  if (problems.length > 0 || !subject) throw invalid(say('The template is not valid.'), problems);

  // Only previews and mirror pages need the readable forms: without tracking the links keep their addresses.
  const readable = new Map<boolean, Parts>();
  const readableParts = (tracked: boolean): Parts => {
    const kept = readable.get(tracked);
    if (kept) return kept;
    const { html, text } = tracked ? bodies : prepareBodies(source, { ...options, linkless: true });
    const parts = {
      html: compile('html', html, htmlEngine, plainTarget),
      text: compile('text', text, textEngine, plainTarget),
    };
    readable.set(tracked, parts);
    return parts;
  };

  return {
    variables: variablesOf([subject, wire.html, wire.text]),
    links: bodies.links,
    htmlCharacters: fixedCharacters(bodies.html),
    ...(source.from ? { from: source.from } : {}),
    ...(source.replyTo ? { replyTo: source.replyTo } : {}),
    compose: createCompose(subject, wire, source),
    render: (input) => render(subject, readableParts(input.tracking !== undefined), input),
  };
}

function prepareBodies(source: TemplateSource, options: CompileOptions): Bodies {
  const table = createLinkTable();
  const tracked = source.track.clicks && !options.linkless;
  const links = { utm: mergeUtm(source.utm, options.utm), tracked };
  let html = source.html === undefined ? undefined : normalizeLines(source.html);
  if (html !== undefined) {
    html = insertPreheader(completeDocument(html), source.preheader);
    html = rewriteHtmlLinks(html, links, table);
    if (source.track.opens && !options.linkless) html = insertPixel(html);
  }
  const text = source.text === undefined ? undefined : rewriteTextLinks(normalizeLines(source.text), links, table);
  return { html, text, links: table.links };
}

function normalizeLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** An address that Liquid made from data must not run anything. */
function withSafeScheme(given: string): string {
  const url = withoutBreaks(given);
  if (url.startsWith('https://')) return url;
  return /^[\s\p{Cc}]*(?:javascript|data|vbscript|file)\s*:/iu.test(url) ? '#' : url;
}

function fixedCharacters(html: string | undefined): number {
  if (html === undefined) return 0;
  return liquidTokens(html).reduce((length, token) => length - (token.end - token.begin), html.length);
}

const untracked: MessageTracking = { linkBase: '', trackedUrl: (url) => url, pixelUrl: '' };

function createCompose(
  subject: CompiledPart,
  parts: Parts,
  source: TemplateSource,
): (input: ComposeInput) => Composed | ComposeFailure {
  const write = createMessageWriter({
    ...(source.from ? { from: source.from } : {}),
    ...(source.replyTo ? { replyTo: source.replyTo } : {}),
  });
  return ({ vars, tracking, envelope }) => {
    try {
      const rendered = subject.render(partInput(vars, envelope.date, tracking, '', ''));
      const line = oneLine(envelope.subjectPrefix === undefined ? rendered : envelope.subjectPrefix + rendered);
      const { linkBase, pixelUrl } = tracking;
      const textLink = encodeValue(linkBase);
      const text = parts.text?.render(partInput(vars, envelope.date, tracking, textLink, ''));
      const htmlLink = linkBase.includes('&') ? escapedForWire(linkBase) : textLink;
      const html = parts.html?.render(partInput(vars, envelope.date, tracking, htmlLink, escapedForWire(pixelUrl)));
      return { kind: 'composed', subject: line, raw: write({ envelope, subject: line, text, html }) };
    } catch (error) {
      return failureOf(error);
    }
  };
}

function render(subject: CompiledPart, parts: Parts, input: RenderInput): Rendered | ComposeFailure {
  const tracking = input.tracking ?? untracked;
  const { linkBase, pixelUrl } = tracking;
  try {
    const line = oneLine(subject.render(partInput(input.vars, input.now, tracking, '', '')));
    const html = parts.html?.render(
      partInput(input.vars, input.now, tracking, escapeHtml(linkBase), escapeHtml(pixelUrl)),
    );
    const text = parts.text?.render(partInput(input.vars, input.now, tracking, linkBase, ''));
    return {
      kind: 'rendered',
      subject: line,
      ...(html === undefined ? {} : { html }),
      ...(text === undefined ? {} : { text }),
    };
  } catch (error) {
    return failureOf(error);
  }
}

function partInput(
  vars: TemplateVars,
  now: Instant,
  tracking: MessageTracking,
  link: string,
  pixel: string,
): PartInput {
  return { env: vars, now, link, pixel, trackedUrl: tracking.trackedUrl };
}

/** Whatever one person's data does to a template is that person's failure, never the batch's. */
function failureOf(error: unknown): ComposeFailure {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, DETAIL_CHARACTERS_MAX);
  if (error instanceof TemplateAborted) return { kind: 'failed', reason: 'aborted', detail };
  if (error instanceof InvalidHeader) return { kind: 'failed', reason: 'invalid_header', detail };
  return { kind: 'failed', reason: 'template_error', detail };
}
