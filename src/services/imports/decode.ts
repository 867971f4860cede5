import { isUtf8 } from 'node:buffer';
import chardet from 'chardet';
import { AppError, say } from '../../core/kernel/index.ts';

const SAMPLE_BYTES = 1 << 20;
/** Longest UTF-8 sequence: a sample may end inside one. */
const UTF8_BYTES_MAX = 4;

/** Reads up to a megabyte to look at, and hands back content that starts again at the beginning. */
export async function takeSample(
  content: AsyncIterable<Buffer>,
): Promise<{ sample: Buffer; complete: boolean; whole: AsyncIterable<Buffer> }> {
  const iterator = content[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  let complete = false;
  while (length < SAMPLE_BYTES) {
    const next = await iterator.next();
    if (next.done) {
      complete = true;
      break;
    }
    chunks.push(next.value);
    length += next.value.length;
  }
  async function* whole() {
    yield* chunks.splice(0);
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { sample: Buffer.concat(chunks), complete, whole: whole() };
}

/** The encoding of a sample: by its byte order mark, else UTF-8 when it is valid UTF-8, else the most likely one. */
export function sniffEncoding(sample: Buffer): string {
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) return 'utf-8';
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  for (let cut = 0; cut < UTF8_BYTES_MAX; cut++) {
    if (isUtf8(sample.subarray(0, sample.length - cut))) return 'utf-8';
  }
  const guess = chardet.analyse(sample).find((match) => isEncoding(match.name));
  // A stray bad byte does not make a Greek file of a UTF-8 one: a guess must be a good one.
  return guess && guess.confidence >= 30 ? guess.name.toLowerCase() : 'utf-8';
}

function isEncoding(name: string): boolean {
  try {
    new TextDecoder(name);
    return true;
  } catch {
    return false;
  }
}

/** Decodes content as it comes, without its byte order mark; bytes that are no character become U+FFFD. */
export async function* decodeText(content: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  if (!isEncoding(encoding)) throw new AppError('invalid', say('"{encoding}" is not an encoding.', { encoding }));
  let first = true;
  for await (const text of isUtf8Name(encoding) ? decodeUtf8(content) : decodeOther(content, encoding)) {
    const start = first && text.charCodeAt(0) === 0xfeff ? 1 : 0;
    if (text !== '') first = false;
    if (text.length > start) yield start === 0 ? text : text.slice(start);
  }
}

function isUtf8Name(encoding: string): boolean {
  return new TextDecoder(encoding).encoding === 'utf-8';
}

/** Buffer's own decoder is several times faster than TextDecoder's; it only needs whole characters. */
async function* decodeUtf8(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of content) {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    const end = bytes.length - unfinishedBytes(bytes);
    held = Buffer.from(bytes.subarray(end));
    yield bytes.toString('utf8', 0, end);
  }
  if (held.length > 0) yield held.toString('utf8');
}

/** How many bytes at the end belong to a character that goes on in the next chunk. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back < UTF8_BYTES_MAX && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return wanted > back ? back : 0;
  }
  return 0;
}

async function* decodeOther(content: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of content) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
