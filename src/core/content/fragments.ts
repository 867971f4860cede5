import { type Problem, say, says, suggest, type Wording } from '../kernel/index.ts';
import type { FragmentDefinition } from './definition.ts';
import { type LiquidToken, lineAt, liquidTokens } from './liquid/index.ts';

/** How deep fragments may include fragments. */
export const FRAGMENT_DEPTH_MAX = 5;
/** How long a body may become when its fragments are in. */
const EXPANDED_CHARACTERS_MAX = 2_000_000;

export type BodyFormat = 'mjml' | 'html' | 'text';
type Fragments = ReadonlyMap<string, FragmentDefinition>;

const FRAGMENT_TAG = /^\{%(-?)\s*fragment\s+(?:"([^"]*)"|'([^']*)')\s*(?:,\s*)?([\s\S]*?)(-?)%\}$/;
const ARGUMENT = /^\s*([A-Za-z_][\w-]*)\s*:\s*((?:"[^"]*"|'[^']*'|[^,"'])+?)\s*(?:,|$)/;

export type Expansion = {
  readonly source: string;
  /** The keys of all fragments that are in it, also of those that came with others. */
  readonly used: readonly string[];
  readonly problems: readonly Problem[];
};

/**
 * Puts fragments in the place of `{% fragment 'key' %}`; `{% fragment 'key', name: value %}` assigns variables for it first.
 * A fragment without a body in the wanted format is a problem, as is one that includes itself.
 */
export function expandFragments(source: string, format: BodyFormat, fragments: Fragments): Expansion {
  const used = new Set<string>();
  const problems: Problem[] = [];
  // What has been read so far: fragments that include fragments grow by powers, and must not be put together to be found too long.
  let read = 0;
  const isTooLong = () => read > EXPANDED_CHARACTERS_MAX;

  const expand = (text: string, path: readonly string[]): string => {
    let out = '';
    let at = 0;
    read += text.length;
    if (isTooLong()) return '';
    for (const token of liquidTokens(text)) {
      if (isTooLong()) break;
      if (token.kind !== 'tag' || token.name !== 'fragment') continue;
      out += text.slice(at, token.begin) + include(text, token, path);
      at = token.end;
    }
    return out + text.slice(at);
  };

  const include = (text: string, token: LiquidToken, path: readonly string[]): string => {
    const report = (problem: Wording, more: Partial<Problem> = {}) => {
      const outer = path.at(-1);
      const said =
        outer === undefined
          ? says('Line {line}: {problem}', { line: lineAt(text, token.begin), problem })
          : says('In fragment "{key}": {problem}', { key: outer, problem });
      problems.push({ path: format, ...said, ...more });
      return '';
    };
    const match = FRAGMENT_TAG.exec(text.slice(token.begin, token.end));
    const key = match?.[2] ?? match?.[3];
    if (!match || !key) {
      return report(say("a fragment is named like {% fragment 'key' %}."));
    }
    const fragment = fragments.get(key);
    if (!fragment) {
      const near = suggest(key, fragments.keys());
      return report(say('there is no fragment "{key}".', { key }), near === undefined ? {} : { suggestion: near });
    }
    if (path.includes(key) || path.length >= FRAGMENT_DEPTH_MAX) {
      return report(say('fragment "{key}" includes itself, or lies too deep.', { key }));
    }
    const body = bodyOf(fragment, format);
    if (body === undefined) {
      return report(say('fragment "{key}" has no {format} body.', { key, format }));
    }
    used.add(key);
    const before = match[1] === '-' ? '{%- comment %}{% endcomment %}' : '';
    const after = match[5] === '-' ? '{% comment %}{% endcomment -%}' : '';
    return before + assignments(match[4] ?? '') + expand(body, [...path, key]) + after;
  };

  const expanded = expand(source, []);
  if (isTooLong() || expanded.length > EXPANDED_CHARACTERS_MAX) {
    problems.push({
      path: format,
      ...says('With its fragments it is longer than {max} characters.', { max: EXPANDED_CHARACTERS_MAX }),
    });
  }
  return { source: expanded, used: [...used], problems };
}

/** An HTML fragment also fits into MJML, as raw HTML. */
function bodyOf(fragment: FragmentDefinition, format: BodyFormat): string | undefined {
  if (format !== 'mjml') return fragment[format];
  return fragment.mjml ?? (fragment.html === undefined ? undefined : `<mj-raw>${fragment.html}</mj-raw>`);
}

function assignments(text: string): string {
  let rest = text;
  let out = '';
  for (let match = ARGUMENT.exec(rest); match; match = ARGUMENT.exec(rest)) {
    out += `{% assign ${match[1]} = ${match[2]} %}`;
    rest = rest.slice(match[0].length);
  }
  return out;
}
