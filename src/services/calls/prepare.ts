import { type EndpointDefinition, resolveCallUrl } from '../../core/endpoints/index.ts';
import type { CallRequest } from '../../core/journeys/index.ts';
import { parseDuration } from '../../core/kernel/index.ts';
import { type Exchange, ExchangeError } from './exchange.ts';

const TIMEOUT_MAX_MS = 30_000;
const TRIES_MAX = 4;

/** How a call is made: what goes out, without what its endpoint adds, and how often and how long it is tried. */
export type Plan = { readonly exchange: Exchange; readonly timeoutMs: number; readonly triesMax: number };

/**
 * A step's request as it goes out. Without an endpoint the URL stands for itself and must be public.
 * @throws ExchangeError when the endpoint does not allow it.
 */
export function planCall(request: CallRequest, endpoint: EndpointDefinition | undefined): Plan {
  if (endpoint && !endpoint.methods.includes(request.method)) {
    throw new ExchangeError('method_not_allowed', { retry: false });
  }
  const url = endpoint ? resolveCallUrl(endpoint.url, request.url) : request.url;
  if (url === undefined) throw new ExchangeError('outside_endpoint', { retry: false });
  if (!URL.canParse(url) || !/^https?:/i.test(url)) throw new ExchangeError('invalid_request', { retry: false });
  const hasBody = request.body !== undefined && request.method !== 'GET';
  return {
    exchange: {
      method: request.method,
      url,
      headers: { accept: 'application/json', ...(hasBody ? { 'content-type': 'application/json' } : {}) },
      body: hasBody ? JSON.stringify(request.body) : undefined,
      allowPrivate: endpoint?.allow_private ?? false,
    },
    timeoutMs: Math.min(
      TIMEOUT_MAX_MS,
      Math.max(1, request.timeoutMs),
      parseDuration(endpoint?.timeout ?? '30s') ?? TIMEOUT_MAX_MS,
    ),
    triesMax: Math.min(TRIES_MAX, Math.max(1, request.attemptsMax), (endpoint?.retries ?? TRIES_MAX - 1) + 1),
  };
}

/** Headers laid over each other without regard to case; what comes later wins. */
export function layHeaders(...layers: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const laid = new Map<string, [name: string, value: string]>();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) laid.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(laid.values());
}
