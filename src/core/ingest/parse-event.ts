/** So many digits may be an integer that JavaScript cannot hold exactly. */
const LONG_NUMBER = /\d{16}/;
/** A text or a number of JSON. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * JSON as its sender meant it: an integer beyond 2^53, which JavaScript rounds, becomes a text. Such a number is an id, and two that
 * round to the same one would make one person of two.
 * @throws SyntaxError when the text is no JSON.
 */
export function parseEvent(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return LONG_NUMBER.test(text) ? JSON.parse(text.replace(TOKENS, quoteLong)) : value;
}

function quoteLong(token: string): string {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
