/** Why passkeys do not work at an address of the console. */
export const SITE_REASONS = ['ip-address', 'other-address', 'no-domain'] as const;
export type SiteReason = (typeof SITE_REASONS)[number];

/**
 * The site that passkeys belong to at an address of the console: a host name, and the one origin that may use them. Where there can be
 * none: why, and the address at which they do work when one is known.
 */
export type Site =
  | { readonly kind: 'site'; readonly host: string; readonly origin: string }
  | { readonly kind: 'none'; readonly why: SiteReason; readonly instead: string | null };

/**
 * Browsers bind a passkey to a domain, and offer none where the line is not safe: that is the public address when it has a domain and
 * TLS, and localhost, which never leaves the machine. `host` is the name and port that the browser asked for.
 */
export function siteAt({ publicUrl, host }: { readonly publicUrl: string; readonly host: string }): Site {
  const own = new URL(publicUrl);
  const instead = isSite(own) ? own.origin : null;
  if (!URL.canParse(`http://${host}`)) return { kind: 'none', why: 'no-domain', instead };
  const asked = new URL(`http://${host}`);
  if (asked.host === own.host && isSite(own)) return { kind: 'site', host: own.hostname, origin: own.origin };
  if (isLocal(asked)) return { kind: 'site', host: asked.hostname, origin: asked.origin };
  if (!isNumber(asked)) return { kind: 'none', why: instead === null ? 'no-domain' : 'other-address', instead };
  return { kind: 'none', why: 'ip-address', instead: instead ?? localhostFor(asked) };
}

function isSite(url: URL): boolean {
  return isLocal(url) || (url.protocol === 'https:' && !isNumber(url));
}

function isLocal({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

/** The parser has written every form of an IPv4 address as four numbers, and an IPv6 one in brackets. */
function isNumber({ hostname }: URL): boolean {
  return hostname.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

function localhostFor(url: URL): string | null {
  const isLoopback = url.hostname === '[::1]' || url.hostname.startsWith('127.');
  if (!isLoopback) return null;
  return `http://localhost${url.port === '' ? '' : `:${url.port}`}`;
}
