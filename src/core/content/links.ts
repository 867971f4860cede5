import type { TemplateLink } from './compiled-template.ts';
import type { Utm } from './definition.ts';
import { DYNAMIC_LINK_TAG, escapeHtml, LINK_TAG, MASK, maskLiquid, unescapeHtml } from './liquid/index.ts';
import { appendUtm } from './utm.ts';

/** The number of a link is stored as a small integer. */
const LINKS_MAX = 5_000;
const LABEL_CHARACTERS_MAX = 100;

export type LinkSettings = {
  readonly utm: Utm;
  /** Addresses become tracked ones; else only their UTM parameters are added. */
  readonly tracked: boolean;
};

/** Collects the links of all parts of a template; the same address in HTML and text is one link. */
export type LinkTable = { readonly links: TemplateLink[]; readonly byUrl: Map<string, TemplateLink> };

export function createLinkTable(): LinkTable {
  return { links: [], byUrl: new Map() };
}

/** These say by themselves where they lead, and must work even when tracking does not. */
const OWN_LINK = /message\s*\.\s*(?:unsubscribe_url|preferences_url|mirror_url)/;
const ANCHOR = /<(a|area)(?=[\s/>])/gi;
const ATTRIBUTE = /\s*([^\s"'<>/=]+)(?:(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'=<>`]+))?|\s*\/|\s+/y;

type Attribute = {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  readonly valueBegin: number;
  readonly value: string;
};

/**
 * Puts link tags in the place of the addresses of `<a>` and `<area>`; what Liquid produced there stays inside the tag. Left alone:
 * anchors, mailto, tel, the message's own links, relative addresses, and links with `data-track="off"`.
 */
export function rewriteHtmlLinks(source: string, settings: LinkSettings, table: LinkTable): string {
  const masked = maskLiquid(source);
  let out = '';
  let at = 0;
  ANCHOR.lastIndex = 0;
  for (let tag = ANCHOR.exec(masked); tag; tag = ANCHOR.exec(masked)) {
    const { attributes, end } = readAttributes(masked, ANCHOR.lastIndex);
    ANCHOR.lastIndex = end;
    const href = attributes.find((each) => each.name === 'href');
    if (!href || href.value === '') continue;
    const track = attributes.find((each) => each.name === 'data-track');
    const label = attributes.find((each) => each.name === 'data-label')?.value ?? labelAfter(masked, end);
    const address = source.slice(href.valueBegin, href.valueBegin + href.value.length);
    const off = track?.value.toLowerCase() === 'off';
    const edits = [
      {
        begin: href.valueBegin,
        end: href.valueBegin + href.value.length,
        text: rewriteAddress(address, label, settings, off, table, true),
      },
      ...(track ? [{ begin: track.begin, end: track.end, text: '' }] : []),
    ].sort((a, b) => a.begin - b.begin);
    for (const edit of edits) {
      out += source.slice(at, edit.begin) + edit.text;
      at = edit.end;
    }
  }
  return out + source.slice(at);
}

function readAttributes(masked: string, from: number): { attributes: Attribute[]; end: number } {
  const attributes: Attribute[] = [];
  let at = from;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(masked);
    if (!match || match[0] === '') return { attributes, end: at };
    const end = at + match[0].length;
    if (match[1] !== undefined) {
      const raw = match[3] ?? '';
      const quoted = raw.startsWith('"') || raw.startsWith("'");
      attributes.push({
        name: match[1].toLowerCase(),
        begin: at,
        end,
        valueBegin: end - raw.length + (quoted ? 1 : 0),
        value: quoted ? raw.slice(1, -1) : raw,
      });
    }
    at = end;
  }
}

/** A label is looked for in no more of what follows, so that a body of nothing but links is read in linear time. */
const LABEL_LOOK_MAX = 2_000;

/** What a person reads on the link: its text, or the alternative text of its picture. */
function labelAfter(masked: string, from: number): string {
  const near = masked.slice(from, from + LABEL_LOOK_MAX);
  const close = near.search(/<\/a/i);
  const inside = near.slice(near.indexOf('>') + 1, close === -1 ? near.length : close);
  const text = unescapeHtml(inside.replace(/<[^<>]*>/g, ' '));
  const alternative = /\salt\s*=\s*"([^"]*)"/i.exec(inside)?.[1] ?? '';
  const readable = (each: string) => each.replaceAll(MASK, '').replace(/\s+/g, ' ').trim();
  return (readable(text) || readable(alternative)).slice(0, LABEL_CHARACTERS_MAX);
}

const URL_IN_TEXT = /https?:\/\/[^\s<>"'`\])}]+/gi;

/** Puts link tags in the place of the addresses in plain text; an address must start with http:// or https:// in the template. */
export function rewriteTextLinks(source: string, settings: LinkSettings, table: LinkTable): string {
  const masked = maskLiquid(source);
  let out = '';
  let at = 0;
  URL_IN_TEXT.lastIndex = 0;
  for (let match = URL_IN_TEXT.exec(masked); match; match = URL_IN_TEXT.exec(masked)) {
    const found = match[0].replace(/[.,;:!?]+$/, '');
    const address = source.slice(match.index, match.index + found.length);
    out += source.slice(at, match.index) + rewriteAddress(address, '', settings, false, table, false);
    at = match.index + found.length;
  }
  return out + source.slice(at);
}

function rewriteAddress(
  address: string,
  label: string,
  settings: LinkSettings,
  off: boolean,
  table: LinkTable,
  html: boolean,
): string {
  const encode = html ? escapeHtml : (text: string) => text;
  const masked = maskLiquid(address);
  const trimmed = withoutBreaks((html ? unescapeHtml(masked) : masked).trim());
  if (trimmed === '' || OWN_LINK.test(address)) return address;
  if (masked.includes(MASK)) {
    // The scheme decides; an address that starts with Liquid decides when it is rendered.
    const fixedScheme = /^([a-z][a-z0-9+.-]*):/i.exec(trimmed)?.[1]?.toLowerCase();
    if (trimmed.startsWith('#') || (fixedScheme !== undefined && !fixedScheme.startsWith('http'))) return address;
    const tag = off || !settings.tracked ? `${DYNAMIC_LINK_TAG} off` : DYNAMIC_LINK_TAG;
    return `{% ${tag} %}${address}{% end${DYNAMIC_LINK_TAG} %}`;
  }
  if (!/^https?:\/\//i.test(trimmed)) return address;
  const url = appendUtm(trimmed, settings.utm);
  const link = settings.tracked && !off ? linkOf(table, url, label) : undefined;
  return link ? `{% ${LINK_TAG} ${link.no} %}` : liquidFree(encode(url));
}

/** Browsers read over tabs and line breaks in an address, also in the middle of its scheme. */
export function withoutBreaks(url: string): string {
  return /[\t\n\r]/.test(url) ? url.replace(/[\t\n\r]+/g, '') : url;
}

function linkOf(table: LinkTable, url: string, label: string): TemplateLink | undefined {
  const known = table.byUrl.get(`${label}\n${url}`) ?? (label === '' ? table.byUrl.get(url) : undefined);
  if (known) return known;
  if (table.links.length >= LINKS_MAX) return undefined;
  const link = { no: table.links.length + 1, url, label };
  table.links.push(link);
  table.byUrl.set(`${label}\n${url}`, link);
  if (!table.byUrl.has(url)) table.byUrl.set(url, link);
  return link;
}

/** An address of UTM parameters must not be read as Liquid. */
function liquidFree(text: string): string {
  return text.replaceAll('{{', '%7B%7B').replaceAll('{%', '%7B%25');
}
