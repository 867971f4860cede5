import type { EndpointAuth, EndpointDefinition } from '../../core/endpoints/index.ts';
import { parseDuration } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { readAnswer } from './answer.ts';
import { ExchangeError, type Exchanger } from './exchange.ts';

type TokenAuth = Extract<EndpointAuth, { type: 'token' }>;
type Value = string | { readonly secret: string };

/** Adds to a call what its endpoint sends along and how it logs in; keeps tokens until they have served their time. */
export type Authoriser = {
  /** @throws ExchangeError when a secret is not set or no token is given. */
  headersOf(endpoint: EndpointDefinition, signal: AbortSignal): Promise<Record<string, string>>;
  /** The endpoint did not take its token: the next call asks for another. */
  forget(endpoint: EndpointDefinition): void;
};

export function createAuthoriser(ctx: Context, exchanger: Exchanger): Authoriser {
  const tokens = new Map<string, { readonly token: string; readonly until: number; readonly auth: string }>();
  const asking = new Map<string, Promise<string>>();
  const resolveValue = (value: Value): string => {
    if (typeof value === 'string') return value;
    const secret = ctx.config.secretNamed(value.secret);
    if (secret === undefined) throw new ExchangeError(`secret_missing:${value.secret}`, { retry: false });
    return secret;
  };
  const valuesOf = (values: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, resolveValue(value)]));

  async function askToken(endpoint: EndpointDefinition, auth: TokenAuth, signal: AbortSignal): Promise<string> {
    const type = auth.form ? 'application/x-www-form-urlencoded' : auth.json ? 'application/json' : undefined;
    const answer = await exchanger.exchange(
      {
        method: auth.method,
        url: auth.url,
        headers: { accept: 'application/json', ...(type ? { 'content-type': type } : {}), ...valuesOf(auth.headers) },
        body: auth.form
          ? new URLSearchParams(valuesOf(auth.form)).toString()
          : auth.json && JSON.stringify(valuesOf(auth.json)),
        allowPrivate: endpoint.allow_private,
      },
      signal,
    );
    if (answer.status >= 300) throw new ExchangeError('token_refused', { retry: answer.status >= 500 });
    const token = auth.path.split('.').reduce<unknown>(stepInto, readAnswer(answer));
    if (typeof token !== 'string' || token === '') throw new ExchangeError('token_missing', { retry: false });
    const until = ctx.clock.now() + (parseDuration(auth.keep_for) ?? 0);
    tokens.set(endpoint.key, { token, until, auth: JSON.stringify(auth) });
    return token;
  }

  async function tokenOf(endpoint: EndpointDefinition, auth: TokenAuth, signal: AbortSignal): Promise<string> {
    const kept = tokens.get(endpoint.key);
    if (kept && kept.until > ctx.clock.now() && kept.auth === JSON.stringify(auth)) return kept.token;
    // Calls that need a token at the same moment ask for one together; whose time is up meanwhile does not wait for the others.
    const asked =
      asking.get(endpoint.key) ??
      askToken(endpoint, auth, AbortSignal.timeout(TOKEN_TIMEOUT_MS)).finally(() => asking.delete(endpoint.key));
    asking.set(endpoint.key, asked);
    return withSignal(asked, signal);
  }

  return {
    async headersOf(endpoint, signal) {
      const headers = valuesOf(endpoint.headers);
      const { auth } = endpoint;
      switch (auth.type) {
        case 'none':
          return headers;
        case 'api-key':
          return { ...headers, [auth.header]: resolveValue(auth.value) };
        case 'basic': {
          const login = Buffer.from(`${auth.user}:${resolveValue(auth.password)}`).toString('base64');
          return { ...headers, Authorization: `Basic ${login}` };
        }
        case 'bearer':
          return { ...headers, Authorization: `Bearer ${resolveValue(auth.token)}` };
        case 'token':
          return { ...headers, [auth.header]: `${auth.prefix}${await tokenOf(endpoint, auth, signal)}` };
      }
    },
    forget: (endpoint) => {
      tokens.delete(endpoint.key);
    },
  };
}

const TOKEN_TIMEOUT_MS = 10_000;

function stepInto(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
