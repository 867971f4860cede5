const SPECIAL = /[&<>"']/;
/** From this length on, a pattern finds a character sooner than a loop does. */
const PATTERN_FROM = 12;

/** The same five characters, written the same way, as Liquid's `escape` filter. */
export function escapeHtml(text: string): string {
  const { length } = text;
  if (length >= PATTERN_FROM) {
    const first = text.search(SPECIAL);
    return first === -1 ? text : escapeFrom(text, first);
  }
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 62 && (code === 38 || code === 60 || code === 62 || code === 34 || code === 39))
      return escapeFrom(text, at);
  }
  return text;
}

function escapeFrom(text: string, first: number): string {
  let escaped = '';
  let from = 0;
  for (let at = first; at < text.length; at++) {
    let entity: string;
    switch (text.charCodeAt(at)) {
      case 38:
        entity = '&amp;';
        break;
      case 60:
        entity = '&lt;';
        break;
      case 62:
        entity = '&gt;';
        break;
      case 34:
        entity = '&#34;';
        break;
      case 39:
        entity = '&#39;';
        break;
      default:
        continue;
    }
    escaped += text.slice(from, at) + entity;
    from = at + 1;
  }
  return escaped + text.slice(from);
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Undoes the character references that appear in addresses: numeric ones and the few named ones. */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-z]{2,6}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
