import { setTimeout as pause } from 'node:timers/promises';
import { type EndpointDefinition, isWorthRetrying, pauseBeforeTry } from '../../core/endpoints/index.ts';
import type { CallRequest, CallResult } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { readAnswer, readRetryAfter } from './answer.ts';
import type { Authoriser } from './authorise.ts';
import { type Answer, type Exchange, ExchangeError, type Exchanger } from './exchange.ts';
import { layHeaders, planCall } from './prepare.ts';

const USER_AGENT = 'Carillon';

export type Performing = {
  readonly exchanger: Exchanger;
  readonly authoriser: Authoriser;
  readonly now: () => Instant;
  /** Takes a further call of the endpoint's limits: at once, at the instant it names, or not at all. */
  takeTurn(endpoint: EndpointDefinition): Promise<'now' | 'capped' | { readonly at: Instant }>;
};

/**
 * Makes one call, with its tries and their pauses inside one timeout. Whatever happens is a value. The same key goes out with every
 * try, so that a receiver that knows `Idempotency-Key` does the work once.
 */
export async function performCall(
  performing: Performing,
  call: { readonly key: string; readonly request: CallRequest; readonly endpoint: EndpointDefinition | undefined },
): Promise<CallResult> {
  const { request, endpoint } = call;
  try {
    const plan = planCall(request, endpoint);
    const deadline = AbortSignal.timeout(plan.timeoutMs);
    const endsAt = performance.now() + plan.timeoutMs;
    const trying = { ...call, exchange: plan.exchange, triesMax: plan.triesMax, deadline, endsAt };
    return await tryOften(performing, trying).catch((error: unknown) => {
      if (deadline.aborted) return { kind: 'timed-out' } as const;
      throw error;
    });
  } catch (error) {
    if (error instanceof ExchangeError) return failureOf(error);
    throw error;
  }
}

/** Why there is no answer, with what the network called it. */
export function failureOf({ reason, cause }: ExchangeError): CallResult {
  const said = networkError(cause);
  return { kind: 'failed', reason, ...(said === undefined ? {} : { error: said }) };
}

const CAUSES_MAX = 4;

/** The name that the network gives its error, wherever in the causes it stands: `ECONNREFUSED`, `ENOTFOUND`. */
function networkError(cause: unknown): string | undefined {
  let at = cause;
  for (let depth = 0; depth < CAUSES_MAX && at instanceof Error; depth++) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]{2,39}$/.test(at.code)) return at.code;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return undefined;
}

type Trying = {
  readonly key: string;
  readonly request: CallRequest;
  readonly endpoint: EndpointDefinition | undefined;
  readonly exchange: Exchange;
  readonly triesMax: number;
  readonly deadline: AbortSignal;
  /** On the clock of `performance`: the timeout is a matter of the network, whatever time it is for people. */
  readonly endsAt: number;
};

async function tryOften(performing: Performing, trying: Trying): Promise<CallResult> {
  let renewed = false;
  for (let tries = 1; ; tries++) {
    const outcome = await tryOnce(performing, trying);
    // A token may have ended before its time; another one is asked for once.
    const mayRenew = !renewed && outcome.answer?.status === 401 && trying.endpoint?.auth.type === 'token';
    if (mayRenew && trying.endpoint) {
      renewed = true;
      performing.authoriser.forget(trying.endpoint);
    }
    const pauseMs = mayRenew ? 0 : pauseBeforeTry(tries, outcome.retryAfterMs);
    const isLast = tries >= trying.triesMax || performance.now() + pauseMs >= trying.endsAt;
    if (isLast || (!outcome.retry && !mayRenew)) return settled(outcome);
    await pause(pauseMs, undefined, { signal: trying.deadline });
    if (trying.endpoint && (await turnOf(performing, trying.endpoint, trying.deadline)) === 'capped') {
      return settled(outcome);
    }
  }
}

/** Waits until the limits of the endpoint let a further try start. */
async function turnOf(
  performing: Performing,
  endpoint: EndpointDefinition,
  deadline: AbortSignal,
): Promise<'now' | 'capped'> {
  for (;;) {
    const turn = await performing.takeTurn(endpoint);
    if (typeof turn === 'string') return turn;
    await pause(Math.max(1, turn.at - performing.now()), undefined, { signal: deadline });
  }
}

type Outcome = {
  readonly answer?: Answer;
  readonly failure?: ExchangeError;
  readonly retry: boolean;
  readonly retryAfterMs?: number | undefined;
};

async function tryOnce(performing: Performing, trying: Trying): Promise<Outcome> {
  const { endpoint, exchange, deadline } = trying;
  try {
    const own = endpoint ? await performing.authoriser.headersOf(endpoint, deadline) : {};
    const key = { 'user-agent': USER_AGENT, 'idempotency-key': trying.key };
    const headers = layHeaders(exchange.headers, key, trying.request.headers, own);
    const answer = await performing.exchanger.exchange({ ...exchange, headers }, deadline);
    return {
      answer,
      retry: isWorthRetrying(answer.status),
      retryAfterMs: readRetryAfter(answer.retryAfter, performing.now()),
    };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { failure: error, retry: error.retry };
  }
}

function settled(outcome: Outcome): CallResult {
  if (outcome.answer) return { kind: 'answered', status: outcome.answer.status, body: readAnswer(outcome.answer) };
  throw outcome.failure ?? new Error('A try ended without an answer and without a failure.');
}
