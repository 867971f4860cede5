import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PassThrough, pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, say } from '../../core/kernel/index.ts';

/** Where a file comes from: a path on this machine, or a stream that is read once. */
export type FileSource =
  | { readonly path: string; readonly name: string }
  | { readonly stream: Readable; readonly name: string; readonly size?: number | undefined };

/** What keeps a small packed file from filling the disk. */
export type UnpackLimits = {
  /** Bytes after unpacking. */
  readonly bytesMax: number;
  /** Unpacked bytes per packed byte, looked at once `RATIO_FROM_BYTES` have come out. */
  readonly ratioMax: number;
};
export const UNPACK_LIMITS: UnpackLimits = { bytesMax: 64 * 2 ** 30, ratioMax: 200 };
const RATIO_FROM_BYTES = 16 * 2 ** 20;
const CHUNK_BYTES = 256 * 1024;

export type OpenedBytes = {
  /** The first bytes of the file as stored, for telling what it is. */
  readonly magic: Buffer;
  /** The content, unpacked. */
  readonly content: AsyncIterable<Buffer>;
  /** Bytes of the file as stored that have been read, and how many there are where that is known. */
  readonly progress: () => { readonly done: number; readonly total: number | undefined };
  close(): void;
};

/** Opens a file for one reading from start to end, unpacking gzip by its magic number whatever its name says. */
export async function openBytes(source: FileSource, limits: UnpackLimits = UNPACK_LIMITS): Promise<OpenedBytes> {
  const { stream, total } = await openStream(source);
  let done = 0;
  const counted = new Transform({
    highWaterMark: CHUNK_BYTES,
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      next(null, chunk);
    },
  });
  pipeline(stream, counted, () => undefined);
  const { magic, whole } = await peek(counted);
  const packed = magic[0] === 0x1f && magic[1] === 0x8b;
  return {
    magic,
    content: packed ? unpack(whole, limits, () => done) : whole,
    progress: () => ({ done, total }),
    close: () => stream.destroy(),
  };
}

async function openStream(source: FileSource): Promise<{ stream: Readable; total: number | undefined }> {
  if ('stream' in source) return { stream: source.stream, total: source.size };
  const found = await stat(source.path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError(
      'not_found',
      say('The file {path} cannot be read: {problem}.', { path: source.path, problem: cause.code ?? cause.message }),
      {
        cause,
      },
    );
  });
  if (!found.isFile()) throw new AppError('invalid', say('{path} is not a file.', { path: source.path }));
  return { stream: createReadStream(source.path, { highWaterMark: CHUNK_BYTES }), total: found.size };
}

async function peek(stream: Readable): Promise<{ magic: Buffer; whole: AsyncIterable<Buffer> }> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const read = () =>
    iterator.next().catch((cause: Error) => {
      if (cause instanceof AppError) throw cause;
      throw new AppError(
        'invalid',
        say('The file could not be read to its end ({problem}). Nothing was changed.', { problem: cause.message }),
        {
          cause,
        },
      );
    });
  const first: Buffer[] = [];
  let length = 0;
  while (length < 4) {
    const next = await read();
    if (next.done) break;
    first.push(next.value);
    length += next.value.length;
  }
  const magic = Buffer.concat(first);
  async function* whole() {
    if (magic.length > 0) yield magic;
    for (;;) {
      const next = await read();
      if (next.done) return;
      yield next.value;
    }
  }
  return { magic: magic.subarray(0, 4), whole: whole() };
}

async function* unpack(packed: AsyncIterable<Buffer>, limits: UnpackLimits, packedBytes: () => number) {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const output = new PassThrough({ highWaterMark: CHUNK_BYTES });
  pipeline(Readable.from(packed), gunzip, output, () => undefined);
  let bytes = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      const tooMany = bytes > limits.bytesMax;
      if (tooMany || (bytes > RATIO_FROM_BYTES && bytes > limits.ratioMax * packedBytes())) {
        throw new AppError(
          'too_large',
          tooMany
            ? say('The file unpacks to more than {max} bytes.', { max: limits.bytesMax })
            : say('The file unpacks to more than {times} times its size; real data does not.', {
                times: limits.ratioMax,
              }),
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { message } = error as Error;
    throw new AppError('invalid', say('The gzip file is damaged: {problem}.', { problem: message }), { cause: error });
  } finally {
    gunzip.destroy();
  }
}
