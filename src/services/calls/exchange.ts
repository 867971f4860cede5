import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, errors, request as undiciRequest } from 'undici';
import { isPrivateAddress, isPrivateUrl } from '../../platform/private-address.ts';

/** A request as it goes out. */
export type Exchange = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether it may reach this machine and private networks. */
  readonly allowPrivate: boolean;
};

export type Answer = {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly body: string;
};

export const ANSWER_BYTES_MAX = 1_048_576;
const REDIRECTS_MAX = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What must not follow a redirect to another host: everything that says who we are. */
const HARMLESS_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent', 'idempotency-key']);
const CONNECT_TIMEOUT_MS = 10_000;

/** Why there is no answer. `retry`: the same request may get one a moment later. */
export class ExchangeError extends Error {
  readonly reason: string;
  readonly retry: boolean;
  constructor(reason: string, options: { readonly retry: boolean; readonly cause?: unknown }) {
    super(reason, { cause: options.cause });
    this.reason = reason;
    this.retry = options.retry;
  }
}

/** Connections to other systems, kept open for the next call to the same host. */
export type Exchanger = {
  /** @throws ExchangeError, or whatever `signal` was aborted with. */
  exchange(exchange: Exchange, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
};

export function createExchanger(): Exchanger {
  const settings = { headersTimeout: 0, bodyTimeout: 0, pipelining: 1, keepAliveTimeout: 10_000 };
  const anywhere = new Agent({ ...settings, connect: { timeout: CONNECT_TIMEOUT_MS } });
  // A name is judged by the addresses that the connection is really made to, so that no second look-up can say something else.
  const publicOnly = new Agent({ ...settings, connect: { timeout: CONNECT_TIMEOUT_MS, lookup: lookupPublic } });
  return {
    async exchange(exchange, signal) {
      let current = exchange;
      for (let redirects = 0; ; redirects++) {
        const step = await once(current, current.allowPrivate ? anywhere : publicOnly, signal);
        if (step.location === undefined) return step.answer;
        if (redirects === REDIRECTS_MAX) throw new ExchangeError('too_many_redirects', { retry: false });
        current = follow(current, step.answer.status, step.location);
      }
    },
    async close() {
      await Promise.all([anywhere.destroy(), publicOnly.destroy()]);
    },
  };
}

type Step = { readonly answer: Answer; readonly location: string | undefined };

async function once(exchange: Exchange, agent: Agent, signal: AbortSignal): Promise<Step> {
  // An address in the URL is connected to without a look-up.
  if (!exchange.allowPrivate && isPrivateUrl(exchange.url)) {
    throw new ExchangeError('private_address', { retry: false });
  }
  try {
    const answered = await undiciRequest(exchange.url, {
      dispatcher: agent,
      method: exchange.method as 'GET',
      headers: { ...exchange.headers },
      body: exchange.body ?? null,
      signal,
    });
    const header = (name: string) => [answered.headers[name] ?? []].flat()[0];
    const location = REDIRECTS.has(answered.statusCode) ? header('location') : undefined;
    return {
      answer: {
        status: answered.statusCode,
        contentType: header('content-type') ?? '',
        retryAfter: header('retry-after'),
        body: await readBody(answered.body),
      },
      location,
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw translate(error);
  }
}

async function readBody(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) {
      body.destroy();
      throw new ExchangeError('answer_too_large', { retry: false });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The request that a redirect asks for (RFC 9110, 15.4): a 303, and a 301 or 302 after a POST, become a GET. */
function follow(exchange: Exchange, status: number, location: string): Exchange {
  let url: URL;
  try {
    url = new URL(location, exchange.url);
  } catch (cause) {
    throw new ExchangeError('redirect_refused', { retry: false, cause });
  }
  const from = new URL(exchange.url);
  const isWeaker = from.protocol === 'https:' && url.protocol !== 'https:';
  if (isWeaker || !['http:', 'https:'].includes(url.protocol)) {
    throw new ExchangeError('redirect_refused', { retry: false });
  }
  const isElsewhere = url.origin !== from.origin;
  const toGet = status === 303 || (status < 303 && exchange.method === 'POST');
  const headers = Object.fromEntries(
    Object.entries(exchange.headers).filter(
      ([name]) =>
        (!isElsewhere || HARMLESS_HEADERS.has(name.toLowerCase())) && !(toGet && name.toLowerCase() === 'content-type'),
    ),
  );
  return {
    method: toGet ? 'GET' : exchange.method,
    url: url.href,
    headers,
    body: toGet ? undefined : exchange.body,
    // The owner of an endpoint on a private network vouches for that host, not for others that it names.
    allowPrivate: exchange.allowPrivate && !isElsewhere,
  };
}

function translate(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error;
  const cause = error instanceof Error && error.cause instanceof ExchangeError ? error.cause : undefined;
  if (cause) return cause;
  if (error instanceof errors.InvalidArgumentError || error instanceof TypeError) {
    return new ExchangeError('invalid_request', { retry: false, cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_')) return new ExchangeError('answer_unreadable', { retry: false, cause: error });
  return new ExchangeError('unreachable', { retry: true, cause: error });
}

/** Resolves names to public addresses only. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const [first] = found ?? [];
    if (error || first === undefined) return callback(error ?? new Error(`No address for ${hostname}.`), '', 4);
    // One private address among public ones is how a rebinding name looks: none of them is used.
    if (found.some(({ address }) => isPrivateAddress(address))) {
      return callback(new ExchangeError('private_address', { retry: false }), '', 4);
    }
    if (options.all) return callback(null, found, first.family);
    return callback(null, first.address, first.family);
  });
};
