/**
 * Where a call goes: what a step wrote (a path with its query, or a whole URL) put behind the endpoint's URL. Undefined when it
 * would leave the endpoint: another host, or a path outside of the endpoint's own.
 */
export function resolveCallUrl(endpoint: string, written: string): string | undefined {
  const base = new URL(endpoint);
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  const isWhole = /^[a-z][a-z0-9+.-]*:/i.test(written);
  let url: URL;
  try {
    if (isWhole) url = new URL(written);
    else if (written === '' || /^[?#]/.test(written)) url = new URL(`${base.href}${written}`);
    else url = new URL(`${base.origin}${folder}${written.replace(/^\/+/, '')}`);
  } catch {
    // The only thing that the constructor throws for is a text that is no URL.
    return undefined;
  }
  const isInside = url.pathname === base.pathname || url.pathname.startsWith(folder);
  if (url.origin !== base.origin || !isInside || url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  return url.href;
}
