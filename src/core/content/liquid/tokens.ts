/** One Liquid construct in a source text: an output, a tag, or a whole raw or comment block. */
export type LiquidToken = {
  readonly kind: 'output' | 'tag' | 'raw' | 'comment';
  readonly begin: number;
  readonly end: number;
  /** The name of a tag, `raw`, `comment`; empty for an output. */
  readonly name: string;
};

/** The Liquid constructs of a source, in order. An unclosed one ends the list: the parser reports it. */
export function liquidTokens(source: string): LiquidToken[] {
  const tokens: LiquidToken[] = [];
  let at = 0;
  for (;;) {
    const begin = nextDelimiter(source, at);
    if (begin === -1) return tokens;
    const output = source[begin + 1] === '{';
    const end = output ? outputEnd(source, begin + 2) : endAfter(source, '%}', begin + 2);
    if (end === -1) return tokens;
    const name = output ? '' : (/^-?\s*(#|[\w-]+)/.exec(source.slice(begin + 2, end - 2))?.[1] ?? '');
    if (name === 'raw' || name === 'comment') {
      const close = new RegExp(`\\{%-?\\s*end${name}\\s*-?%\\}`, 'g');
      close.lastIndex = end;
      const found = close.exec(source);
      if (!found) return tokens;
      tokens.push({ kind: name, begin, end: close.lastIndex, name });
      at = close.lastIndex;
    } else {
      tokens.push({ kind: output ? 'output' : 'tag', begin, end, name });
      at = end;
    }
  }
}

/** A character that stands for Liquid in a masked source: no markup, no space, and never in real text. */
export const MASK = '\uE0F1';

/** The source with each Liquid construct replaced by as many mask characters, so that positions stay the same. */
export function maskLiquid(source: string, tokens: readonly LiquidToken[] = liquidTokens(source)): string {
  let masked = '';
  let at = 0;
  for (const token of tokens) {
    masked += source.slice(at, token.begin) + MASK.repeat(token.end - token.begin);
    at = token.end;
  }
  return masked + source.slice(at);
}

/** The line, from 1, that a position lies on. */
export function lineAt(source: string, position: number): number {
  let line = 1;
  for (let index = source.indexOf('\n'); index !== -1 && index < position; index = source.indexOf('\n', index + 1)) {
    line += 1;
  }
  return line;
}

function nextDelimiter(source: string, from: number): number {
  for (let at = source.indexOf('{', from); at !== -1; at = source.indexOf('{', at + 1)) {
    const next = source[at + 1];
    if (next === '{' || next === '%') return at;
  }
  return -1;
}

/** Quotes hide a `}}` in an output, as in Liquid's own reader. */
function outputEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const character = source[at];
    if (character === '"' || character === "'") {
      at = source.indexOf(character, at + 1);
      if (at === -1) return -1;
    } else if (character === '}' && source[at + 1] === '}') {
      return at + 2;
    }
  }
  return -1;
}

function endAfter(source: string, text: string, from: number): number {
  const at = source.indexOf(text, from);
  return at === -1 ? -1 : at + text.length;
}
