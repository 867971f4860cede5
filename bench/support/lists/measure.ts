import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Case } from './cases.ts';

const TIMES = 40;
const TIMES_SHARED = 10;
/** What takes that long is not asked for so often. */
const SLOW_MS = 500;
const TIMES_SLOW = 3;

export type Measured = {
  readonly best: number;
  readonly p50: number;
  readonly p99: number;
  readonly times: number;
  readonly rows: number;
};

type Document = {
  readonly paths: Readonly<
    Record<string, { readonly get?: { readonly parameters?: readonly { name: string; in: string }[] } }>
  >;
};

/** The lists of the API, by the words of paging in its description: a new one cannot be forgotten. */
export function listRoutes(document: Document): string[] {
  return Object.entries(document.paths)
    .filter(([, { get }]) => get?.parameters?.some((one) => one.in === 'query' && /^(after|limit)$/.test(one.name)))
    .map(([path]) => path);
}

export async function describe(server: FastifyInstance): Promise<Document> {
  return (await server.inject({ url: '/api/openapi.json' })).json();
}

/** Asks again and again; the first answer, which warms the caches, does not count. */
export async function measureCase(origin: string, key: string, one: Case, most = TIMES): Promise<Measured> {
  const url = new URL(urlOf(one), origin);
  const times = one.sharedMs === undefined ? most : Math.min(most, TIMES_SHARED);
  const took: number[] = [];
  let rows = 0;
  for (let time = -1; time < (took.some((ms) => ms > SLOW_MS) ? TIMES_SLOW : times); time++) {
    if (one.sharedMs !== undefined) await pause(one.sharedMs);
    const start = performance.now();
    rows = await ask(url, key);
    if (time >= 0) took.push(performance.now() - start);
  }
  took.sort((a, b) => a - b);
  const quantile = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
  return { best: quantile(0), p50: quantile(0.5), p99: quantile(0.99), times: took.length, rows };
}

/** The whole answer; of the stream of news its first event. Resolves to how many rows came. */
async function ask(url: URL, key: string): Promise<number> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` }, signal: leaving.signal });
  if (response.headers.get('content-type')?.startsWith('text/event-stream') && response.body) {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body) {
      text += decoder.decode(chunk);
      if (text.includes('event: news')) break;
    }
    leaving.abort();
    return 1;
  }
  const answer = (await response.json()) as { readonly items?: unknown };
  if (!response.ok)
    throw new Error(`${url.pathname}${url.search} answered ${response.status}: ${JSON.stringify(answer)}`);
  return Array.isArray(answer.items) ? answer.items.length : 1;
}

function urlOf({ route, params = {}, query = {} }: Case): string {
  const path = route.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(params[name])));
  const words = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return words.size === 0 ? path : `${path}?${words}`;
}
