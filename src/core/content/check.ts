import { type Problem, say, says, suggest, type Wording } from '../kernel/index.ts';
import type { FragmentDefinition, TemplateDefinition } from './definition.ts';
import { expandFragments } from './fragments.ts';
import {
  compilePart,
  createEngine,
  DYNAMIC_LINK_TAG,
  type Engine,
  LINK_TAG,
  lineAt,
  liquidTokens,
  PIXEL_TAG,
  type VariableRead,
} from './liquid/index.ts';
import { CAMPAIGN_VARIABLES, type KnownVariables, MESSAGE_VARIABLES, unknownVariables } from './variables.ts';

/** Gmail clips a message here, which hides the unsubscribe link and the pixel. */
export const CLIPPED_CHARACTERS = 102_000;

/** The rewriter of links puts these in; authors may not. */
const OWN_TAGS = new Set([LINK_TAG, DYNAMIC_LINK_TAG, PIXEL_TAG]);
const INNER_TAGS = new Set(['else', 'elsif', 'when']);

/** What is wrong with the Liquid of one part: unknown tags and filters, else the first error of syntax; each with its line. */
export function problemsOfPart(path: string, source: string, engine: Engine, tags: 'authors' | 'all'): Problem[] {
  const unknownTags = problemsOfTags(path, source, engine, tags);
  if (unknownTags.length > 0) return unknownTags;
  try {
    const { unknownFilters } = compilePart(source, { engine });
    return unknownFilters.map(({ name, line, column }) => {
      const near = suggest(name, Object.keys(engine.liquid.filters));
      return {
        path,
        ...says('Line {line}, column {column}: {problem}', {
          line,
          column,
          problem: say('unknown filter "{name}".', { name }),
        }),
        ...(near === undefined ? {} : { suggestion: near }),
      };
    });
  } catch (error) {
    return [{ path, ...syntaxError(error) }];
  }
}

function problemsOfTags(path: string, source: string, engine: Engine, tags: 'authors' | 'all'): Problem[] {
  const known = Object.keys(engine.liquid.tags).filter((name) => tags === 'all' || !OWN_TAGS.has(name));
  return liquidTokens(source).flatMap((token) => {
    if (token.kind !== 'tag' || INNER_TAGS.has(token.name)) return [];
    const opened = token.name.startsWith('end') ? token.name.slice(3) : token.name;
    if (known.includes(opened)) return [];
    const near = suggest(token.name, [...known, 'fragment', ...known.map((name) => `end${name}`)]);
    return [
      {
        path,
        ...says('Line {line}: {problem}', {
          line: lineAt(source, token.begin),
          problem: say('unknown tag "{name}".', { name: token.name }),
        }),
        ...(near === undefined ? {} : { suggestion: near }),
      },
    ];
  });
}

/** liquidjs writes `..., line:3, col:7` at the end; we say where first. */
function syntaxError(error: unknown): Pick<Problem, 'message' | 'wording'> {
  const message = error instanceof Error ? error.message : String(error);
  const match = /^([\s\S]*?)(?:, file:\S*)?, line:(\d+), col:(\d+)/.exec(message);
  if (!match) return says('{text}', { text: message });
  const [, text = '', line = '', column = ''] = match;
  return says('Line {line}, column {column}: {problem}', { line, column, problem: syntaxWording(text) });
}

/** The commonest of liquidjs's complaints; the others keep its words. */
function syntaxWording(text: string): Wording {
  const open = /^tag (.*) not closed$/.exec(text);
  if (open?.[1] !== undefined) return say('tag {tag} not closed.', { tag: open[1] });
  const output = /^output (.*) not closed$/.exec(text);
  if (output?.[1] !== undefined) return say('output {output} not closed.', { output: output[1] });
  return say('{text}.', { text });
}

export type TemplateCheck = { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/**
 * Everything that can be said about a template before it is sent, all at once: its fragments, its syntax, variables that do not
 * exist, a missing unsubscribe link. MJML is not converted here. Warnings do not keep it from being saved.
 */
export function checkTemplate(
  definition: TemplateDefinition,
  known: KnownVariables,
  fragments: ReadonlyMap<string, FragmentDefinition> = new Map(),
): TemplateCheck {
  const textEngine = createEngine({ html: false, locale: 'en', timeZone: 'UTC' });
  const htmlEngine = createEngine({ html: true, locale: 'en', timeZone: 'UTC' });
  const problems: Problem[] = [];
  const all: KnownVariables = { campaign: CAMPAIGN_VARIABLES, message: MESSAGE_VARIABLES, ...known };
  const defaults = new Set(Object.keys(definition.defaults));
  const reads: VariableRead[] = [];

  const check = (path: 'subject' | 'preheader' | 'mjml' | 'html' | 'text', source: string | undefined) => {
    if (source === undefined) return;
    const format = path === 'mjml' || path === 'html' ? path : 'text';
    const engine = format === 'text' ? textEngine : htmlEngine;
    const expansion = expandFragments(source, format, fragments);
    problems.push(...expansion.problems.map((problem) => ({ ...problem, path })));
    // Lines are counted in what the author wrote, so fragments are left out for the syntax.
    const own = problemsOfPart(path, withoutFragments(source), engine, 'authors');
    problems.push(...own);
    if (own.length > 0) return;
    const found = readsOf(expansion.source, engine);
    reads.push(...found);
    const mine = readsOf(withoutFragments(source), engine);
    const paths = new Set(mine.map((read) => read.path.join('.')));
    const inFragments = found.filter((read) => !paths.has(read.path.join('.')));
    problems.push(...unknownVariables({ path, reads: mine, known: all, defaults, where: 'line' }));
    problems.push(...unknownVariables({ path, reads: inFragments, known: all, defaults, where: 'fragment' }));
  };
  for (const path of ['subject', 'preheader', 'mjml', 'html', 'text'] as const) check(path, definition[path]);
  problems.push(...unknownDefaults(definition, all));
  problems.push(...missingUnsubscribe(definition, reads));
  return { problems, warnings: warningsOf(definition) };
}

/** The same length and lines, so that positions stay true. */
function withoutFragments(source: string): string {
  let out = '';
  let at = 0;
  for (const token of liquidTokens(source)) {
    if (token.kind !== 'tag' || token.name !== 'fragment') continue;
    out += source.slice(at, token.begin) + source.slice(token.begin, token.end).replace(/[^\n]/g, ' ');
    at = token.end;
  }
  return out + source.slice(at);
}

function readsOf(source: string, engine: Engine): readonly VariableRead[] {
  try {
    return compilePart(source, { engine }).reads;
  } catch {
    // A fragment with an error of its own is reported where the fragment is checked.
    return [];
  }
}

function unknownDefaults(definition: TemplateDefinition, known: KnownVariables): Problem[] {
  return Object.keys(definition.defaults).flatMap((name) => {
    const read: VariableRead = { path: name.split('.'), open: false, line: 1, column: 1, guarded: false };
    return unknownVariables({
      path: `defaults.${name}`,
      reads: [read],
      known: { campaign: known.campaign ?? [], message: known.message ?? [] },
      defaults: new Set(),
      where: 'nowhere',
    });
  });
}

function missingUnsubscribe(definition: TemplateDefinition, reads: readonly VariableRead[]): Problem[] {
  if (definition.transactional) return [];
  if (reads.some(({ path }) => path[0] === 'message' && (path[1] === 'unsubscribe_url' || path.length === 1)))
    return [];
  const path = definition.mjml !== undefined ? 'mjml' : definition.html !== undefined ? 'html' : 'text';
  return [
    {
      path,
      ...says('There is no unsubscribe link.'),
      expected: '{{ message.unsubscribe_url }} somewhere, or transactional: true',
    },
  ];
}

function warningsOf(definition: TemplateDefinition): Problem[] {
  const size = definition.html?.length ?? 0;
  if (size <= CLIPPED_CHARACTERS) return [];
  return [
    {
      path: 'html',
      ...says(
        'The HTML has {size} characters; Gmail clips messages at about {limit}, with the unsubscribe link and the open pixel.',
        { size, limit: CLIPPED_CHARACTERS },
      ),
    },
  ];
}

/** A fragment's own errors of syntax, and fragments it names that do not exist. */
export function checkFragment(
  definition: FragmentDefinition,
  fragments: ReadonlyMap<string, FragmentDefinition> = new Map(),
): Problem[] {
  const html = createEngine({ html: true, locale: 'en', timeZone: 'UTC' });
  const withSelf = new Map(fragments).set(definition.key, definition);
  return (['mjml', 'html', 'text'] as const).flatMap((path) => {
    const source = definition[path];
    if (source === undefined) return [];
    return [
      ...problemsOfPart(path, withoutFragments(source), html, 'authors'),
      ...expandFragments(source, path, withSelf).problems,
    ];
  });
}
