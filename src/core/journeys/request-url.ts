import type { Http } from './steps/act.ts';

const ORIGIN = /^https?:\/\/[^/?#{}\s]+/i;

/** The beginning of a URL that names the host; undefined when it is not fixed. */
export function originOfUrl(url: string | undefined): string | undefined {
  return ORIGIN.exec(url ?? '')?.[0];
}

/** The path of a step's call as it is written, part by part; each may hold Liquid. */
export function pathParts(step: Http): string[] {
  const path = step.path ?? (step.url ?? '').slice((originOfUrl(step.url) ?? '').length);
  return path.split('/');
}
