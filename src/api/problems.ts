import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  AppError,
  type ErrorCode,
  inLanguage,
  type LanguageCode,
  type Plain,
  type Problem,
  say,
  verbatim,
  type Wording,
} from '../core/kernel/index.ts';
import { languageOf } from './language.ts';

/** The content type of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A problem document (RFC 9457), extended by `code` and by `problems`: everything that is wrong with the input. */
export const ProblemDocument = z.object({
  type: z.string().describe('`urn:carillon:problem:` and the code'),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string().describe('The id of the request, to look up in the log'),
  problems: z
    .array(
      z.object({
        path: z.string().describe('Dotted path into the input; empty for the whole'),
        message: z.string(),
        expected: z.string().optional(),
        suggestion: z.string().optional(),
        line: z.number().int().optional().describe('Where it stands in the text that was sent, from 1'),
        column: z.number().int().optional(),
      }),
    )
    .optional(),
});
export type ProblemDocument = z.infer<typeof ProblemDocument>;
type SaidProblem = NonNullable<ProblemDocument['problems']>[number];

type Answer = { readonly status: number; readonly title: Plain };

/** The one place where an error code becomes an HTTP status; the compiler keeps it complete. */
const ANSWERS: Record<ErrorCode, Answer> = {
  invalid: { status: 422, title: 'The input is not valid' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict with the present state' },
  unauthorized: { status: 401, title: 'An API key is needed' },
  forbidden: { status: 403, title: 'The API key does not allow this' },
  too_large: { status: 413, title: 'Too large' },
  unavailable: { status: 503, title: 'Not available at the moment' },
  internal: { status: 500, title: 'Internal error' },
};

/** Answers any error as a problem document. What nobody foresaw is logged and answered without its internals. */
export function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asAppError(error);
  if (known && known.code !== 'internal') {
    if (known.code === 'unavailable') request.log.warn({ err: error }, 'a request could not be served');
    const answer = ANSWERS[known.code];
    return sendProblem(reply, request, {
      code: known.code,
      ...answer,
      detail: known.wording,
      problems: known.problems,
    });
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status >= 400 && status < 500) {
    return sendProblem(reply, request, { ...fromTransport(status), status, detail: transportDetail(error, request) });
  }
  // The route, not the address: the one of a public page is a key to somebody's preferences, and a query may hold anything.
  const { url: route } = request.routeOptions;
  request.log.error({ err: error, method: request.method, route, requestId: request.id }, 'a request failed');
  return sendProblem(reply, request, { code: 'internal', ...ANSWERS.internal });
}

/** Answers a path that no route has. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const url = request.url.split('?')[0] ?? '';
  const detail = say('There is no {method} {url}.', { method: request.method, url });
  return sendProblem(reply, request, { code: 'not_found', ...ANSWERS.not_found, detail });
}

type Parts = Answer & { readonly code: string; readonly detail?: Wording; readonly problems?: readonly Problem[] };

function sendProblem(reply: FastifyReply, request: FastifyRequest, parts: Parts): FastifyReply {
  if (parts.status === 401) void reply.header('www-authenticate', 'Bearer realm="carillon"');
  if (parts.status === 503) void reply.header('retry-after', '5');
  // A string bypasses the route's serializer, which only knows the answers of success.
  const document = JSON.stringify(documentOf(parts, request));
  return reply.code(parts.status).type(PROBLEM_TYPE).serializer(String).send(document);
}

/** The problem document of an error that comes when the answer has begun already, for its last line. */
export function problemOf(error: unknown, request: FastifyRequest): ProblemDocument {
  const known = asAppError(error);
  if (!known || known.code === 'internal') return documentOf({ code: 'internal', ...ANSWERS.internal }, request);
  const { code, wording: detail, problems } = known;
  return documentOf({ code, ...ANSWERS[code], detail, problems }, request);
}

function documentOf(parts: Parts, request: FastifyRequest): ProblemDocument {
  const language = languageOf(request);
  return {
    type: `urn:carillon:problem:${parts.code}`,
    title: inLanguage(say(parts.title), language),
    status: parts.status,
    code: parts.code,
    ...(parts.detail === undefined ? {} : { detail: inLanguage(parts.detail, language) }),
    instance: `urn:carillon:request:${request.id}`,
    ...(parts.problems?.length ? { problems: saidProblems(parts.problems, language) } : {}),
  };
}

/** Problems in the words of a language. */
export function saidProblems(problems: readonly Problem[], language: LanguageCode): SaidProblem[] {
  return problems.map(({ wording, ...problem }) => ({ ...problem, message: inLanguage(wording, language) }));
}

/** What a program that sent it can do something about, in our words. */
function transportDetail(error: FastifyError | Error, request: FastifyRequest): Wording {
  switch ('code' in error ? error.code : undefined) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return say(
        'The body is not JSON, or has a key that none may have: "__proto__", or "prototype" in "constructor".',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const given = request.headers['content-type'] ?? '';
      return say('"{given}" is not taken here; a body of JSON says "Content-Type: application/json".', { given });
    }
    default:
      return verbatim(error.message);
  }
}

/** What Fastify itself refuses before a handler runs: broken JSON, a foreign content type, a body over the limit. */
function fromTransport(status: number): { code: string; title: Plain } {
  if (status === 413) return { code: 'too_large', title: ANSWERS.too_large.title };
  if (status === 404) return { code: 'not_found', title: ANSWERS.not_found.title };
  if (status === 415) return { code: 'unsupported_media_type', title: 'The content type is not supported' };
  return { code: 'malformed', title: 'The request is malformed' };
}

// PostgreSQL's classes: 08 connection, 53 resources (53100 is a full disk), 57P0x shutting down or starting.
const UNAVAILABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|08\w{3}|53\w{3}|57P0[1-5])$/;

// PostgreSQL's data exceptions that an input can cause in spite of its schema: numbers and moments out of range, text that is no text.
const UNSTORABLE = /^(22003|22007|22008|22021|22P02|22P05)$/;

function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (UNSTORABLE.test(code))
    return new AppError('invalid', say('A value is too large, or cannot be stored.'), { cause: error });
  if (!UNAVAILABLE.test(code)) return undefined;
  const wording = code === '53100' ? say('The disk of the database is full.') : say('The database cannot be reached.');
  return new AppError('unavailable', wording, { cause: error });
}
