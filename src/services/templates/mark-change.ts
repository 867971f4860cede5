/** The name by which a frame finds what changed. */
const CHANGED = 'changed';

// What is no element that is seen: comments, and what holds text of another kind. An element's attributes may hold a bracket in quotes.
const TAGS =
  /<!--[\s\S]*?-->|<(style|script|title|head)\b[\s\S]*?<\/\1\s*>|<([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;
const UNSEEN = new Set(['html', 'head', 'body', 'base', 'meta', 'link']);

/**
 * A page with the element named in which it first differs from the page before it, so that a frame that asks for the name shows what
 * has changed instead of the top; undefined when nothing has.
 */
export function markChange(page: string, before: string): string | undefined {
  if (page === before) return undefined;
  let same = 0;
  while (same < page.length && page[same] === before[same]) same += 1;
  let at: number | undefined;
  for (const { index, 0: whole, 2: name, 3: attributes = '' } of page.matchAll(TAGS)) {
    if (index > same) break;
    if (name === undefined || UNSEEN.has(name.toLowerCase()) || /\sid\s*=/i.test(attributes)) continue;
    at = index + whole.length - attributes.length - 1;
  }
  if (at === undefined) return page;
  const marked = `${page.slice(0, at)} id="${CHANGED}"${page.slice(at)}`;
  // Not at the very top: what stands before it is part of the picture.
  return `${marked}<style>#${CHANGED}{scroll-margin-top:30vh}</style>`;
}
