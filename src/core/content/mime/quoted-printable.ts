// Owns: quoted-printable (RFC 2045 section 6.7) in pieces that can be put together in any order.
// Invariants: Q1 every piece begins at the start of a line and ends there, by a hard line break or by a soft one ("=" CRLF).
// Q2 no line is longer than 76 characters. Q3 no line ends in a blank. Q4 only ASCII comes out.

/** Ends the line that a value stands on; whoever writes a value writes this after it. */
export const SOFT_BREAK = '=\r\n';

/** Content of a line of template text; the "=" of a soft break makes 76. */
const LITERAL_LINE_MAX = 75;
/** Content of a line of a value: leaves room for the number of a tracked link behind it. */
const VALUE_LINE_MAX = 70;

const HEX = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** Template text, encoded once; line breaks of any kind become CRLF. */
export function encodeLiteral(text: string): string {
  const { encoded, column } = encode(text, LITERAL_LINE_MAX);
  return column > 0 ? encoded + SOFT_BREAK : encoded;
}

const NOT_PLAIN = /[^ -<>-~]/;
const NOT_PLAIN_IN_HTML = /[^ !#-%(-;?-~]/;

/**
 * What a line holds for each of the first 256 characters: empty, the character itself; undefined, it is not for one line (a control
 * character may be a line break).
 */
type Pieces = readonly (string | undefined)[];
const PIECES: Pieces = Array.from({ length: 256 }, (_, code) => {
  if (code < 32) return undefined;
  return code < 127 && code !== 61 ? '' : encodePoint(code);
});

/** A value: most are short plain ASCII and pass untouched. The caller ends the line with `SOFT_BREAK`. */
export function encodeValue(text: string): string {
  const first = text.search(NOT_PLAIN);
  if (first === -1) return text.length <= VALUE_LINE_MAX ? text : brokenPlain(text);
  return encodeLine(text, first, PIECES) ?? encode(text, VALUE_LINE_MAX).encoded;
}

/** A value for HTML text or an attribute: escaped, then encoded; one look at each character when there is nothing to do. */
export function createEscapedEncoder(escapeHtml: (text: string) => string): (text: string) => string {
  const pieces = PIECES.map((piece, code) => {
    const character = String.fromCharCode(code);
    const escaped = escapeHtml(character);
    return escaped === character ? piece : encodeValue(escaped);
  });
  return (text) => {
    const first = text.search(NOT_PLAIN_IN_HTML);
    if (first === -1) return text.length <= VALUE_LINE_MAX ? text : brokenPlain(text);
    return encodeLine(text, first, pieces) ?? encode(escapeHtml(text), VALUE_LINE_MAX).encoded;
  };
}

/** Long text of characters that stay as they are. */
function brokenPlain(text: string): string {
  let broken = text.slice(0, VALUE_LINE_MAX);
  for (let at = VALUE_LINE_MAX; at < text.length; at += VALUE_LINE_MAX) {
    broken += SOFT_BREAK + text.slice(at, at + VALUE_LINE_MAX);
  }
  return broken;
}

/** Text that fits on one line when encoded, plain up to `first`; undefined: it does not fit. */
function encodeLine(text: string, first: number, pieces: Pieces): string | undefined {
  const { length } = text;
  if (length > VALUE_LINE_MAX) return undefined;
  let encoded = '';
  let from = 0;
  for (let at = first; at < length; at++) {
    const code = text.charCodeAt(at);
    let piece: string | undefined;
    let end = at + 1;
    if (code < 256) {
      piece = pieces[code];
      if (piece === '') continue;
      if (piece === undefined) return undefined;
    } else {
      const point = text.codePointAt(at) ?? 0xfffd;
      piece = encodePoint(point);
      if (point > 0xffff) end += 1;
    }
    encoded += text.slice(from, at) + piece;
    from = end;
    at = end - 1;
  }
  if (encoded.length + length - from > VALUE_LINE_MAX) return undefined;
  return encoded + text.slice(from);
}

/** Runs of characters that stay as they are are copied whole, cut where a line is full. */
function encode(text: string, lineMax: number): { encoded: string; column: number } {
  const { length } = text;
  let encoded = '';
  let column = 0;
  let from = 0;
  for (let at = 0; at <= length; at++) {
    const code = text.charCodeAt(at);
    if (code < 127 && code > 32 && code !== 61) continue;
    if (code === 32 && !endsLine(text, at + 1)) continue;
    while (column + at - from > lineMax) {
      const room = lineMax - column;
      encoded += text.slice(from, from + room) + SOFT_BREAK;
      from += room;
      column = 0;
    }
    encoded += text.slice(from, at);
    column += at - from;
    if (at === length) break;
    if (code === 13 || code === 10) {
      if (code === 13 && text.charCodeAt(at + 1) === 10) at += 1;
      encoded += '\r\n';
      column = 0;
    } else {
      const point = code < 128 ? code : (text.codePointAt(at) ?? 0xfffd);
      if (point > 0xffff) at += 1;
      const piece = encodePoint(point);
      if (column + piece.length > lineMax) {
        encoded += SOFT_BREAK;
        column = 0;
      }
      encoded += piece;
      column += piece.length;
    }
    from = at + 1;
  }
  return { encoded, column };
}

/** A blank before a hard line break would be lost on the way. */
function endsLine(text: string, at: number): boolean {
  const next = text.charCodeAt(at);
  return next === 13 || next === 10;
}

/** The UTF-8 bytes of a code point, each as `=XX`; half a surrogate pair becomes U+FFFD. */
export function encodePoint(given: number): string {
  const point = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given;
  if (point < 0x80) return byte(point);
  if (point < 0x800) return byte(0xc0 | (point >> 6)) + continuation(point);
  if (point < 0x10000) return byte(0xe0 | (point >> 12)) + continuation(point >> 6) + continuation(point);
  return byte(0xf0 | (point >> 18)) + continuation(point >> 12) + continuation(point >> 6) + continuation(point);
}

function continuation(bits: number): string {
  return byte(0x80 | (bits & 0x3f));
}

function byte(value: number): string {
  return HEX[value] ?? '';
}
