import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { parseEvent } from '../../core/ingest/index.ts';
import { inLanguage, say, type Wording } from '../../core/kernel/index.ts';

/** Of a request's body, also once it is inflated. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;

const inflate = promisify(gunzip);
const UNREAD_ENCODINGS: ReadonlySet<string> = new Set(['br', 'compress', 'deflate', 'zstd']);

export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The body as text, whatever its content type: inflated when a header says so or when it begins as gzip does. */
export async function readBody(request: FastifyRequest): Promise<Body> {
  const { body } = request;
  if (!Buffer.isBuffer(body) || body.length === 0)
    return { kind: 'unreadable', detail: inLanguage(say('The request has no body.')) };
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  if (!isGzip) {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
    // Some clients name a character set here, and send what can be read.
    if (!UNREAD_ENCODINGS.has(encoding)) return { kind: 'text', text: textOf(body) };
    return {
      kind: 'unreadable',
      detail: inLanguage(say('The body is encoded as {encoding}; only gzip is read.', { encoding })),
    };
  }
  try {
    return { kind: 'text', text: textOf(await inflate(body, { maxOutputLength: BODY_BYTES_MAX })) };
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const detail = inLanguage(tooLarge ? bodyTooLarge() : say('The body is not gzip.'));
    return { kind: 'unreadable', detail };
  }
}

/** What is said of a body over the limit. */
export function bodyTooLarge(): Wording {
  return say('The body has more than {max} bytes.', { max: BODY_BYTES_MAX });
}

function textOf(bytes: Buffer): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', hasMark ? 3 : 0);
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseEvent(text) };
  } catch {
    // The caller says so to the client.
    return undefined;
  }
}
