import { escapeHtml, liquidTokens, maskLiquid, PIXEL_TAG } from './liquid/index.ts';

const HIDDEN = 'display:none;overflow:hidden;line-height:1px;max-height:0;max-width:0;opacity:0;mso-hide:all';
/** Keeps inboxes from showing the body's first words after a short preheader. */
const FILLER = '&#847;&zwnj;&nbsp;'.repeat(60);

/** The whole document: a body that came without `<html>` gets one, with the character set and viewport that clients want. */
export function completeDocument(source: string): string {
  if (/<html[\s>]/i.test(maskLiquid(source))) return source;
  const body = /<body[\s>]/i.test(source) ? source : `<body>\n${source}\n</body>`;
  const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">';
  return `<!doctype html>\n<html>\n<head>${head}</head>\n${body}\n</html>\n`;
}

/** Puts the preheader, plain text with Liquid, first into the body where no eye sees it. */
export function insertPreheader(source: string, preheader: string | undefined): string {
  if (!preheader) return source;
  const block = `<div style="${HIDDEN}">${escapeAroundLiquid(preheader)}${FILLER}</div>`;
  const body = /<body(?:\s[^>]*)?>/i.exec(maskLiquid(source));
  const at = body ? body.index + body[0].length : 0;
  return source.slice(0, at) + block + source.slice(at);
}

/** Puts the open pixel last into the body. */
export function insertPixel(source: string): string {
  // By a pattern: toLowerCase makes some letters longer, and positions wrong.
  const at = [...maskLiquid(source).matchAll(/<\/body/gi)].at(-1)?.index ?? -1;
  const image = `<img src="{% ${PIXEL_TAG} %}" width="1" height="1" alt="" style="display:block;border:0">`;
  return at === -1 ? source + image : source.slice(0, at) + image + source.slice(at);
}

function escapeAroundLiquid(text: string): string {
  let out = '';
  let at = 0;
  for (const token of liquidTokens(text)) {
    out += escapeHtml(text.slice(at, token.begin)) + text.slice(token.begin, token.end);
    at = token.end;
  }
  return out + escapeHtml(text.slice(at));
}
