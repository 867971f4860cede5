/** Orders texts by code point, which is what PostgreSQL's collation "C" does with UTF-8. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    // Surrogates stand for code points above every other unit, although their own values lie below U+E000.
    const leftHigh = left >= 0xd800 && left <= 0xdfff;
    const rightHigh = right >= 0xd800 && right <= 0xdfff;
    if (leftHigh !== rightHigh) return leftHigh ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

type Piece =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'exact'; readonly character: string };

/** The matcher of a SQL `like` pattern: `%` any run of characters, `_` one character, a backslash takes the next one literally. */
export function compileLike(pattern: string): (text: string) => boolean {
  const pieces: Piece[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '%') pieces.push({ kind: 'any' });
    else if (character === '_') pieces.push({ kind: 'one' });
    else pieces.push({ kind: 'exact', character: character === '\\' ? (characters[++i] ?? '') : character });
  }
  return (text) => matches(pieces, [...text]);
}

/** Greedy with one point to return to, so that the time is bounded by the product of the two lengths. */
function matches(pieces: readonly Piece[], text: readonly string[]): boolean {
  let piece = 0;
  let position = 0;
  let lastAny = -1;
  let retryAt = 0;
  while (position < text.length) {
    const current = pieces[piece];
    if (current?.kind === 'any') {
      lastAny = piece++;
      retryAt = position;
    } else if (current && (current.kind === 'one' || current.character === text[position])) {
      piece++;
      position++;
    } else if (lastAny >= 0) {
      piece = lastAny + 1;
      position = ++retryAt;
    } else {
      return false;
    }
  }
  while (pieces[piece]?.kind === 'any') piece++;
  return piece === pieces.length;
}
