import type { Utm } from './definition.ts';

const ORDER = ['source', 'medium', 'campaign', 'term', 'content'] as const;

/** The template's own parameters first, then those that the caller fills in. */
export function mergeUtm(own: Utm, given: Utm | undefined): Utm {
  return { ...given, ...own };
}

/** Adds the parameters that an http(s) address does not have yet, before its fragment; other addresses stay as they are. */
export function appendUtm(url: string, utm: Utm): string {
  if (!/^https?:\/\//i.test(url)) return url;
  const hash = url.indexOf('#');
  const fragment = hash === -1 ? '' : url.slice(hash);
  let base = hash === -1 ? url : url.slice(0, hash);
  const mark = base.indexOf('?');
  const present = mark === -1 ? [] : base.slice(mark + 1).split('&');
  for (const name of ORDER) {
    const value = utm[name];
    if (value === undefined || present.some((each) => each.startsWith(`utm_${name}=`))) continue;
    const separator = base.includes('?') ? (/[?&]$/.test(base) ? '' : '&') : '?';
    base += `${separator}utm_${name}=${encodeURIComponent(value)}`;
  }
  return base + fragment;
}
