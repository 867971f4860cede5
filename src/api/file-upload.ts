import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, say } from '../core/kernel/index.ts';
import type { FileSource } from '../services/imports/index.ts';

export const UPLOAD_BYTES_MAX = 16 * 2 ** 30;
const FILE_NAME_CHARS_MAX = 200;

/**
 * The file of a request, as its raw body or as the last part of a form, and what the fields before it say.
 * @throws AppError `invalid` when there is no file or the fields are not those of `schema`.
 */
export async function readUpload<Fields extends z.ZodObject>(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, schema }: { readonly name: string | undefined; readonly schema: Fields },
): Promise<{ readonly source: FileSource; readonly given: Partial<z.infer<Fields>> }> {
  if (!request.isMultipart()) {
    if (!(request.body instanceof Readable)) throw new AppError('invalid', say('Send the file as the body.'));
    return { source: { stream: capped(request.body), name: fileName(name ?? 'upload') }, given: {} };
  }
  const fields: Record<string, unknown> = {};
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const { file } = part;
      // Left unread by whoever refuses it, it would hold up its connection, on which the next request waits.
      reply.raw.once('finish', () => file.resume());
      const parsed = schema.partial().safeParse(fields);
      if (!parsed.success) {
        throw new AppError(
          'invalid',
          say('The fields are not valid: {problem}', { problem: z.prettifyError(parsed.error) }),
        );
      }
      const source = { stream: capped(file, () => file.truncated), name: fileName(part.filename) };
      return { source, given: parsed.data as Partial<z.infer<Fields>> };
    }
    fields[part.fieldname] = part.value;
  }
  throw new AppError('invalid', say('The request holds no file; the file is the last part.'));
}

/** The stream with an end that is an error when not all of the file came through. */
export function capped(stream: Readable, truncated: () => boolean = () => false): Readable {
  async function* content() {
    let bytes = 0;
    try {
      // Destroyed, a body of which something is left would hold up its connection, on which the next request waits.
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > UPLOAD_BYTES_MAX) break;
        yield chunk;
      }
    } finally {
      stream.resume();
    }
    if (bytes > UPLOAD_BYTES_MAX || truncated()) {
      throw new AppError('too_large', say('A file may have {max} bytes at most.', { max: UPLOAD_BYTES_MAX }));
    }
  }
  return Readable.from(content());
}

/** The name is for people only; it is never a path. */
export function fileName(given: string): string {
  const name = basename(given.replaceAll('\\', '/'))
    .replace(/\p{Cc}/gu, '')
    .slice(0, FILE_NAME_CHARS_MAX);
  return name === '' || name === '.' || name === '..' ? 'upload' : name;
}
