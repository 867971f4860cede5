import { inLanguage, type Noun, say, says, type Wording } from './wording.ts';

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
  /** In English; `wording` has it in the other languages. */
  readonly message: string;
  readonly wording: Wording;
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
  /** What `message` says in English, for the other languages. */
  readonly wording: Wording;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, wording: Wording, options: Options = {}) {
    super(inLanguage(wording), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.wording = wording;
    this.problems = options.problems ?? [];
  }
}

/** An `invalid` error that carries every problem found, not only the first. */
export function invalid(wording: Wording, problems: readonly Problem[]): AppError {
  return new AppError('invalid', wording, { problems });
}

/** A `not_found` error whose text names what was asked for. */
export function notFound(what: Noun | Wording, key: string): AppError {
  return new AppError('not_found', thereIsNo(what, key).wording);
}

/** That nothing has a name, as the message of a problem. */
export function thereIsNo(what: Noun | Wording, key: string): Pick<Problem, 'message' | 'wording'> {
  return says('There is no {kind} "{key}".', { kind: typeof what === 'string' ? say(what) : what, key });
}

/** What another error said, which may be one of ours: its wording, or its own words. */
export function wordingOf(error: unknown): Wording {
  if (error instanceof AppError) return error.wording;
  return say('{text}', { text: error instanceof Error ? error.message : String(error) });
}
