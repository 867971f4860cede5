// Owns: what was stored as an English sentence (the log of a run, why a send pauses itself) as data again.
// Invariant: what `say` makes of a text and inserts that hold none of its fixed words comes back as the same text.
import { inLanguage, isSaid, type Said, say, verbatim, type Wording } from './wording.ts';
import { WORDINGS } from './wordings/index.ts';

const PLACE = /\{([a-zA-Z]\w*)(?::([^|{}]*)\|([^{}]*))?\}/g;
/** What stands in these places is a text itself; a name in any other stays as it is, whatever it looks like. */
const NESTED = new Set(['kind', 'what', 'state', 'mode', 'problem', 'why', 'now', 'failure']);
/** Longer texts are not ours. */
const CHARS_MAX = 4_000;

type Template = { readonly text: Said; readonly begins: string; readonly fixed: number; readonly pattern: RegExp };

let templates: readonly Template[] | undefined;

/** The wording of a sentence that was stored in English; verbatim when it is none of ours. Several lines are read one by one. */
export function recognise(text: string): Wording {
  const lines = text.split('\n');
  if (lines.length === 1) return recogniseLine(text);
  const [first = '', ...rest] = lines;
  return say('{failure} {problems}', { failure: recogniseLine(first), problems: rest.map(recogniseLine) });
}

function recogniseLine(line: string): Wording {
  if (line.length > CHARS_MAX) return verbatim(line);
  if (isSaid(line)) return { says: line, with: {} };
  for (const template of knownTemplates()) {
    if (!line.startsWith(template.begins)) continue;
    const inserts = template.pattern.exec(line)?.groups;
    if (inserts) return { says: template.text, with: nested(inserts) };
  }
  return placed(line) ?? verbatim(line);
}

/** `mail: There is no channel yet.`: a place, and what is said of it. */
function placed(line: string): Wording | undefined {
  const match = /^([\w.-]+): ([\s\S]+)$/.exec(line);
  if (!match) return undefined;
  const [, path = '', rest = ''] = match;
  return say('{path}: {problem}', { path, problem: recogniseLine(rest) });
}

function nested(inserts: Readonly<Record<string, string>>): Record<string, string | Wording> {
  return Object.fromEntries(
    Object.entries(inserts).map(([name, text]) => [name, NESTED.has(name) ? recogniseLine(text) : text]),
  );
}

/** Those with the most fixed words first: they say the most. */
function knownTemplates(): readonly Template[] {
  templates ??= (Object.keys(WORDINGS) as Said[])
    .map(templateOf)
    .filter(({ fixed }) => fixed > 1)
    .sort((a, b) => b.fixed - a.fixed);
  return templates;
}

function templateOf(text: Said): Template {
  const seen = new Set<string>();
  let pattern = '';
  let end = 0;
  let fixed = 0;
  for (const match of text.matchAll(PLACE)) {
    const [place, name = '', one, many] = match;
    const between = text.slice(end, match.index);
    pattern += literal(between);
    fixed += between.replace(/[^\p{L}]/gu, '').length;
    pattern += one === undefined || many === undefined ? group(name, seen) : `(?:${literal(one)}|${literal(many)})`;
    seen.add(name);
    end = match.index + place.length;
  }
  const rest = text.slice(end);
  fixed += rest.replace(/[^\p{L}]/gu, '').length;
  const begins = text.slice(0, text.search(/\{[a-zA-Z]/) === -1 ? text.length : text.search(/\{[a-zA-Z]/));
  return { text, begins, fixed, pattern: new RegExp(`^${pattern}${literal(rest)}$`, 's') };
}

function group(name: string, seen: ReadonlySet<string>): string {
  return seen.has(name) ? `\\k<${name}>` : `(?<${name}>.+?)`;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A sentence that was stored in English, in the words of a language. */
export function storedIn<Text extends string | null | undefined>(
  text: Text,
  language: Parameters<typeof inLanguage>[1],
) {
  return (typeof text === 'string' && language !== 'en' ? inLanguage(recognise(text), language) : text) as Text;
}
