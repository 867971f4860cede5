import {
  type BodyFormat,
  type Expansion,
  expandFragments,
  type FragmentDefinition,
  type TemplateDefinition,
  type TemplateSource,
} from '../../core/content/index.ts';
import { invalid, type Problem, say, says, type Wording } from '../../core/kernel/index.ts';
import { guardLiquid } from './liquid-guard.ts';

/** A template ready for core to compile, and what is odd about it without being wrong. */
export type Conversion = { readonly source: TemplateSource; readonly warnings: readonly Problem[] };

/**
 * Turns a definition into what core compiles: fragments expanded, MJML made HTML, CSS inlined where asked for, and a text part made
 * from the HTML where there is none. @throws AppError `invalid` with every problem of fragments and MJML.
 */
export async function convertTemplate(
  definition: TemplateDefinition,
  fragments: ReadonlyMap<string, FragmentDefinition>,
): Promise<Conversion> {
  const problems: Problem[] = [];
  const expand = (path: string, text: string | undefined, format: BodyFormat): string | undefined => {
    if (text === undefined) return undefined;
    const expansion: Expansion = expandFragments(text, format, fragments);
    problems.push(...expansion.problems.map((problem) => ({ ...problem, path })));
    return expansion.source;
  };
  const subject = expand('subject', definition.subject, 'text') ?? '';
  const preheader = expand('preheader', definition.preheader, 'text');
  const mjml = expand('mjml', definition.mjml, 'mjml');
  const text = expand('text', definition.text, 'text');
  let html = expand('html', definition.html, 'html');
  if (problems.length > 0) throw invalid(say('The template "{key}" is not valid.', { key: definition.key }), problems);

  let warnings: readonly Problem[] = [];
  if (mjml !== undefined) ({ html, warnings } = await htmlOfMjml(mjml));
  // Before the CSS is inlined, and where there is a text too: this refuses what is nested so deep that the inliner would end the process.
  const made = html === undefined ? undefined : await textOfHtml(html, mjml === undefined ? 'html' : 'mjml');
  if (html !== undefined && mjml === undefined && definition.inline_css) html = await inlineCss(html);
  const plain = text ?? made;
  return {
    warnings,
    source: {
      subject,
      ...(preheader === undefined ? {} : { preheader }),
      ...(html === undefined ? {} : { html }),
      ...(plain === undefined ? {} : { text: plain }),
      ...(definition.from ? { from: definition.from } : {}),
      ...(definition.reply_to ? { replyTo: definition.reply_to } : {}),
      defaults: definition.defaults,
      utm: definition.utm,
      track: definition.track,
    },
  };
}

/** MJML elements that hold HTML; everywhere else text is dropped, so Liquid there must come as an element of its own. */
const HOLDS_HTML = new Set([
  'mj-text',
  'mj-button',
  'mj-raw',
  'mj-table',
  'mj-accordion-title',
  'mj-accordion-text',
  'mj-navbar-link',
  'mj-social-element',
  'mj-title',
  'mj-preview',
  'mj-style',
]);
const STRUCTURE =
  /^mj(?:ml|-(?:head|body|section|column|group|wrapper|hero|navbar|social|carousel|accordion|accordion-element))$/;

async function htmlOfMjml(mjml: string): Promise<{ html: string; warnings: Problem[] }> {
  const begin = mjml.search(/<mjml[\s>]/i);
  const end = [...mjml.matchAll(/<\/mjml>/gi)].at(-1)?.index ?? -1;
  if (begin === -1 || end === -1) {
    throw invalid(say('The MJML is not valid.'), [
      { path: 'mjml', ...says('It is not MJML.'), expected: '<mjml>…</mjml>' },
    ]);
  }
  const guarded = guardLiquid(mjml.slice(begin, end + 7), (word, position, element) =>
    position === 'text' && STRUCTURE.test(element) && !HOLDS_HTML.has(element) ? `<mj-raw>${word}</mj-raw>` : word,
  );
  const lineOf = (line: number) => guarded.lineOf(line) + mjml.slice(0, begin).split('\n').length - 1;
  const unpaired = unpairedTags(guarded.text).map(({ line, problem }) => ({
    path: 'mjml',
    ...says('Line {line}: {problem}', { line: lineOf(line), problem }),
  }));
  if (unpaired.length > 0) throw invalid(say('The MJML is not valid.'), unpaired);
  const { html, errors } = await runMjml(guarded.text);
  // What Liquid will put into an attribute, nobody can judge yet; nor do authors know of the elements that we put around Liquid.
  const warnings = errors
    .filter(({ message, tagName }) => tagName !== 'mj-raw' && guarded.restore(message) === message)
    .map(({ line, tagName, message }) => ({
      path: 'mjml',
      ...says('Line {line}: {tag}: {problem}', { line: lineOf(line), tag: tagName, problem: message.trim() }),
    }));
  // Variables assigned around the document stay around it.
  return { html: mjml.slice(0, begin) + guarded.restore(html) + mjml.slice(end + 7), warnings };
}

const MJML_TAG = /<!--[\s\S]*?-->|<(\/?)(mjml|mj-[\w-]+)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;

type Unpaired = { readonly line: number; readonly problem: Wording };

/** MJML's own parser closes what is left open wherever it likes, and loses content by it. */
function unpairedTags(mjml: string): Unpaired[] {
  const open: { name: string; line: number }[] = [];
  const found: Unpaired[] = [];
  let line = 1;
  let at = 0;
  for (const match of mjml.matchAll(MJML_TAG)) {
    line += mjml.slice(at, match.index).split('\n').length - 1;
    at = match.index;
    const [, slash, tag, attributes = ''] = match;
    if (tag === undefined || attributes.endsWith('/')) continue;
    const name = tag.toLowerCase();
    if (slash !== '/') open.push({ name, line });
    else {
      const index = open.findLastIndex((one) => one.name === name);
      if (index === -1) found.push({ line, problem: say('</{name}> closes nothing.', { name }) });
      else found.push(...open.splice(index).slice(1).map(leftOpen));
    }
  }
  return [...found, ...open.map(leftOpen)].sort((a, b) => a.line - b.line);
}

function leftOpen({ name, line }: { name: string; line: number }): Unpaired {
  return { line, problem: say('<{name}> is not closed.', { name }) };
}

async function runMjml(mjml: string): ReturnType<Mjml> {
  const convert = await loadMjml();
  try {
    return await convert(mjml, { validationLevel: 'soft', keepComments: false, ignoreIncludes: true });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw invalid(say('The MJML is not valid.'), [{ path: 'mjml', ...says('{text}', { text }) }]);
  }
}

type Mjml = (
  mjml: string,
  options: { validationLevel: 'soft'; keepComments: boolean; ignoreIncludes: boolean },
) => Promise<{ html: string; errors: { line: number; tagName: string; message: string }[] }>;

/** Large (31 packages), and needed once per version: loaded when the first MJML comes. */
async function loadMjml(): Promise<Mjml> {
  // @ts-expect-error mjml 5 ships no types; `Mjml` above is what we use of it.
  const module: { default: Mjml } = await import('mjml');
  return module.default;
}

async function inlineCss(html: string): Promise<string> {
  const { inline } = await import('@css-inline/css-inline');
  const guarded = guardLiquid(html, (word, position) => (position === 'text' ? `<!--${word}-->` : word));
  // Only what is in the document itself: an imported template must not make the server read files or addresses.
  const own = guarded.text.replace(/<link\b[^>]*>/gi, '');
  // The inliner's parser would open a table's body after the Liquid of a loop, and close it within.
  const tables = own.replace(/(<table\b[^>]*>)(?=(?:\s|<!--[^>]*-->)*<tr\b)/gi, '$1<tbody>');
  return guarded.restore(inline(tables, { loadRemoteStylesheets: false, keepStyleTags: true }));
}

/** Deeper than any honest mail; what makes text of it calls itself for each level. */
const HTML_DEPTH_MAX = 400;
/** Stands where the text ends because of the depth; no template can hold it. */
const TOO_DEEP = '\0';

async function textOfHtml(html: string, path: 'html' | 'mjml'): Promise<string> {
  const { convert } = await import('html-to-text');
  const guarded = guardLiquid(html, (word) => word);
  const text = convert(guarded.text, {
    wordwrap: false,
    limits: { maxDepth: HTML_DEPTH_MAX, ellipsis: TOO_DEEP },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { linkBrackets: ['(', ')'], hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
  if (text.includes(TOO_DEEP)) {
    throw invalid(say('The HTML is not valid.'), [
      { path, ...says('is nested more than {max} levels deep.', { max: HTML_DEPTH_MAX }) },
    ]);
  }
  return `${guarded.restore(text.replace(/\n{3,}/g, '\n\n')).trim()}\n`;
}
