import createClient from 'openapi-fetch';
import type { paths } from './schema.d.ts';

/** What the API says when it cannot do what was asked: RFC 9457. */
export type Problem = {
  readonly status: number;
  readonly title: string;
  readonly code?: string;
  readonly detail?: string;
  readonly problems?: readonly { readonly path: string; readonly message: string; readonly suggestion?: string }[];
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

export const api = createClient<paths>({
  baseUrl: '',
  fetch: async (request) => {
    try {
      return await fetch(request);
    } catch (error) {
      throw new Unreachable('The server cannot be reached.', { cause: error });
    }
  },
});

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

/** A request to the sign-in library, which answers in its own words. */
export async function askSignIn(path: 'sign-in/email' | 'sign-out', body: Record<string, string>): Promise<void> {
  const response = await fetch(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new Unreachable('The server cannot be reached.', { cause });
  });
  if (response.ok) return;
  throw new ApiError({ status: response.status, title: response.statusText });
}
