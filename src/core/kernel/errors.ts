/** The closed list of ways an operation can fail. Each transport maps it once, exhaustively. */
export type ErrorCode =
  | 'invalid'
  | 'not_found'
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  | 'too_large'
  | 'unavailable'
  | 'internal';

/** One thing wrong with an input: where, what was expected, and the nearest valid name when there is one. */
export type Problem = {
  /** Dotted path into the input, e.g. `activities.people.to`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  readonly suggestion?: string;
  /** Where it stands in the text that was read, when there is one; both count from 1. */
  readonly line?: number;
  readonly column?: number;
};

type Options = { readonly problems?: readonly Problem[]; readonly cause?: unknown };

/** The only error type that verbs throw on purpose. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

/** An `invalid` error that carries every problem found, not only the first. */
export function invalid(message: string, problems: readonly Problem[]): AppError {
  return new AppError('invalid', message, { problems });
}

/** A `not_found` error whose text names the kind and the key that was asked for. */
export function notFound(kind: string, key: string): AppError {
  return new AppError('not_found', `There is no ${kind} "${key}".`);
}
