import { type LiquidToken, liquidTokens } from '../../core/content/index.ts';

/** Where a Liquid construct stands, as far as a converter of markup cares. */
export type Position = 'tag' | 'text' | 'raw-text';

export type Guarded = {
  readonly text: string;
  /** Puts the Liquid back into what a converter made of `text`. */
  readonly restore: (converted: string) => string;
  /** The line of the source for a line of `text`: constructs of several lines have become single words. */
  readonly lineOf: (line: number) => number;
};

/** Elements whose content is no markup. */
const RAW_TEXT = new Set(['style', 'script', 'title', 'textarea']);

/**
 * Replaces each Liquid construct by a word that HTML and MJML converters carry through untouched, dressed by `dress` for where it
 * stands. Conditions with `<`, quotes inside quotes and tags between table rows would otherwise break their parsers.
 */
export function guardLiquid(
  source: string,
  dress: (word: string, position: Position, inside: string) => string,
): Guarded {
  const tokens = liquidTokens(source);
  const nonce = freeNonce(source);
  const walker = createPositionWalker();
  let text = '';
  let at = 0;
  let line = 1;
  const dropped: { readonly after: number; readonly lines: number }[] = [];
  tokens.forEach((token, index) => {
    const before = source.slice(at, token.begin);
    walker.read(before);
    line += linesIn(before);
    dropped.push({ after: line, lines: linesIn(source.slice(token.begin, token.end)) });
    text += before + dress(wordOf(nonce, index), walker.position(), walker.element());
    at = token.end;
  });
  const words = new RegExp(`<!--\\s*${nonce}(\\d+)x\\s*-->|${nonce}(\\d+)x`, 'gi');
  return {
    text: text + source.slice(at),
    restore: (converted) =>
      converted.replace(words, (_, inComment?: string, bare?: string) =>
        textOf(source, tokens[Number(inComment ?? bare)]),
      ),
    lineOf: (wanted) => dropped.reduce((sum, { after, lines }) => (after < wanted ? sum + lines : sum), wanted),
  };
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}

function wordOf(nonce: string, index: number): string {
  return `${nonce}${index}x`;
}

/** Lower case letters only, so that no converter changes it; not in the source, so that nothing else is taken for it. */
function freeNonce(source: string): string {
  let nonce = 'liquidpart';
  while (source.toLowerCase().includes(nonce)) nonce += 'q';
  return nonce;
}

function textOf(source: string, token: LiquidToken | undefined): string {
  return token ? source.slice(token.begin, token.end) : '';
}

/** Follows the markup of a source read piece by piece: inside a tag or between tags, and the innermost open element. */
function createPositionWalker() {
  const open: string[] = [];
  let rest = '';
  const inTag = () => /<[a-zA-Z/!][^<>]*$/.test(rest);
  return {
    read(piece: string) {
      rest += piece;
      for (const match of rest.matchAll(/<(\/?)([a-zA-Z][\w:-]*)([^<>]*)>/g)) {
        const name = (match[2] ?? '').toLowerCase();
        if (match[1] === '/') {
          const index = open.lastIndexOf(name);
          if (index !== -1) open.length = index;
        } else if (!match[3]?.endsWith('/')) {
          open.push(name);
        }
      }
      const last = rest.lastIndexOf('<');
      rest = last === -1 || rest.indexOf('>', last) !== -1 ? '' : rest.slice(last);
    },
    position(): Position {
      if (inTag()) return 'tag';
      return RAW_TEXT.has(open.at(-1) ?? '') ? 'raw-text' : 'text';
    },
    element: () => open.at(-1) ?? '',
  };
}
