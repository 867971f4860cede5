import { i18n } from '@lingui/core';
import createClient from 'openapi-fetch';
import { untilSignedIn } from './reentry.ts';
import type { paths } from './schema.d.ts';

/** What the API says when it cannot do what was asked: RFC 9457. */
export type Problem = {
  readonly status: number;
  readonly title: string;
  readonly code?: string;
  readonly detail?: string;
  readonly problems?: readonly {
    readonly path: string;
    readonly message: string;
    readonly suggestion?: string;
    /** Where it stands in the text that was sent, from 1. */
    readonly line?: number;
    readonly column?: number;
  }[];
};

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** The server cannot be reached: nothing is known to have happened. */
export class Unreachable extends Error {}

export const api = createClient<paths>({ baseUrl: '', fetch: askSignedIn });

/**
 * A request that finds the session ended was not carried out: it waits until the person has signed in again and is then made once
 * more, so that what they were about to do happens.
 */
async function askSignedIn(request: Request): Promise<Response> {
  // A file is not kept in memory for a second try.
  const again = isText(request) ? request.clone() : undefined;
  const answer = await reach(request);
  if (answer.status !== 401 || !again) return answer;
  await untilSignedIn();
  return reach(again);
}

async function reach(request: Request): Promise<Response> {
  request.headers.set('accept-language', i18n.locale);
  try {
    return await fetch(request);
  } catch (error) {
    throw new Unreachable('The server cannot be reached.', { cause: error });
  }
}

function isText(request: Request): boolean {
  return request.body === null || /^(application\/(json|yaml)|text\/)/.test(request.headers.get('content-type') ?? '');
}

type Answer<Data> = { readonly data?: Data; readonly error?: unknown; readonly response: Response };

/** The data of an answer. @throws ApiError with the problem that the server names. */
export async function ask<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer;
  if (response.ok) return data as Data;
  throw new ApiError(problemOf(error, response));
}

function problemOf(error: unknown, response: Response): Problem {
  if (typeof error === 'object' && error !== null && 'title' in error) return error as Problem;
  return { status: response.status, title: response.statusText || `HTTP ${response.status}` };
}

type SignInPath = 'sign-in/email' | 'sign-in/passkey/challenge' | 'sign-in/passkey' | 'sign-out' | 'change-password';

/** A request to the sign-in library, which answers in its own words; `code` is its name for what went wrong. */
export async function askSignIn(path: SignInPath, body: object): Promise<unknown> {
  const request = new Request(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  // Only who is signed in can change a password; the others are how one comes to be.
  const response = await (path === 'change-password' ? askSignedIn(request) : reach(request));
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const { code, message } = (answer ?? {}) as { readonly code?: string; readonly message?: string };
  throw new ApiError({
    status: response.status,
    title: response.statusText,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { detail: message }),
  });
}
