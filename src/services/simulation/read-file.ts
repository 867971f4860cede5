import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { EventItem } from '../../core/engine/index.ts';
import { createCsvParser, sniffDelimiter, sniffNewline } from '../../core/imports/index.ts';
import { eventOfRow, parseEvent, readEvent, readInstant, scalarOf } from '../../core/ingest/index.ts';
import { AppError, type JsonObject, type Problem, say, says } from '../../core/kernel/index.ts';

export type EventFile = {
  /** In the order in which they were received. */
  readonly events: readonly EventItem[];
  readonly rejected: readonly RejectedLine[];
};
export type RejectedLine = { readonly line: number; readonly reason: string };

const GZIP = [0x1f, 0x8b] as const;
/** What one simulation reads of a file, unpacked. */
const FILE_BYTES_MAX = 1 << 30;

/**
 * Reads events from a file, packed with gzip or not: a line of JSON each, as the Segment specification writes them, or CSV with a
 * header. They are received when they happened unless they say otherwise.
 * @throws AppError `not_found` when there is no such file, `invalid` when it is too large.
 */
export async function readEventFile(path: string): Promise<EventFile> {
  return readEventText(await readFileText(path));
}

/** The text of a file, packed with gzip or not. @throws AppError as `readEventFile`. */
export async function readFileText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError(
      'not_found',
      say('The file {path} cannot be read: {problem}.', { path, problem: cause.code ?? cause.message }),
      { cause },
    );
  });
  const isPacked = bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
  if (bytes.length > FILE_BYTES_MAX) throw tooLarge(path);
  return (isPacked ? unpack(bytes, path) : bytes).toString('utf8').replace(/^\uFEFF/, '');
}

function unpack(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path);
    throw new AppError('invalid', say('The file {path} cannot be unpacked.', { path }), { cause });
  }
}

function tooLarge(path: string): AppError {
  return new AppError(
    'invalid',
    say('The file {path} has more than {max} bytes; give a part of it.', { path, max: FILE_BYTES_MAX }),
  );
}

/** The same for text that is there already. */
export function readEventText(given: string): EventFile {
  const text = given.replace(/^\uFEFF/, '');
  return collect(text.trimStart().startsWith('{') ? jsonLines(text) : csvLines(text));
}

/** Events that somebody has at hand as Segment events. */
export function readEventList(raws: readonly unknown[]): EventFile {
  return collect(raws.map((raw, index) => ({ line: index + 1, raw })));
}

type RawLine = { readonly line: number; readonly raw: unknown } | { readonly line: number; readonly reason: string };

function collect(lines: Iterable<RawLine>): EventFile {
  const events: EventItem[] = [];
  const rejected: RejectedLine[] = [];
  for (const each of lines) {
    const read = 'reason' in each ? each : readRaw(each.raw, each.line);
    if ('reason' in read) rejected.push({ line: each.line, reason: read.reason });
    else events.push(read);
  }
  // Sorting keeps the order of the file where instants are equal.
  events.sort((a, b) => a.receivedAt - b.receivedAt);
  return { events, rejected };
}

/** What is shown of a time that is none. */
const TIME_CHARS_MAX = 40;

function readRaw(raw: unknown, line: number): EventItem | { readonly reason: string } {
  const { receivedAt, timestamp, originalTimestamp } = (raw ?? {}) as JsonObject;
  const time = receivedAt ?? timestamp ?? originalTimestamp ?? undefined;
  if (time === undefined) return { reason: 'It says neither "timestamp" nor "receivedAt".' };
  const at = readInstant(time);
  if (at === undefined) return { reason: `Its time cannot be read: ${JSON.stringify(time).slice(0, TIME_CHARS_MAX)}` };
  // Without the two the clock of the sender cannot be corrected, and need not be.
  const sentAt = receivedAt === undefined ? at : undefined;
  const read = readEvent(raw, { receivedAt: at, sentAt, source: 'simulation', newId: () => `line-${line}` });
  return read.kind === 'accepted' ? read.item : { reason: read.detail };
}

function* jsonLines(text: string): Generator<RawLine> {
  let line = 0;
  for (const content of text.split('\n')) {
    line += 1;
    if (content.trim() === '') continue;
    try {
      yield { line, raw: parseEvent(content) };
    } catch (error) {
      yield { line, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

function csvLines(text: string): RawLine[] {
  const lines = readCsv(text, (header, fields, line) => ({ line, raw: eventOfRow(header, fields) }));
  return lines.map((read) => ('raw' in read ? read : { line: read.line, reason: read.message }));
}

type RowLine = { readonly line: number; readonly row: JsonObject } | Damaged;

/** The rows of a CSV text by the names of its header; empty fields are left out, numbers and truth values are such. */
export function readTable(text: string): RowLine[] {
  return readCsv(text, (header, fields, line) => ({
    line,
    row: Object.fromEntries(
      header.flatMap((name, at) => (fields[at] === '' ? [] : [[name, scalarOf(fields[at] ?? '')] as const])),
    ),
  }));
}

type Damaged = Pick<Problem, 'message' | 'wording'> & { readonly line: number };

const DAMAGES = {
  unbalanced_quotes: 'A quotation mark is never closed.',
  line_too_long: 'The line is too long.',
} as const;

function readCsv<Line>(
  text: string,
  read: (header: readonly string[], fields: readonly string[], line: number) => Line,
): (Line | Damaged)[] {
  const lines: (Line | Damaged)[] = [];
  let header: readonly string[] | undefined;
  const options = { delimiter: sniffDelimiter(text), newline: sniffNewline(text) };
  const parser = createCsvParser(options, {
    record(fields, line) {
      if (header === undefined) header = fields.map((field) => field.trim());
      else if (fields.length === header.length) lines.push(read(header, fields, line));
      else {
        const counts = { fields: fields.length, columns: header.length };
        lines.push({ line, ...says('It has {fields} fields instead of {columns}.', counts) });
      }
    },
    damaged: (_text, line, reason) => lines.push({ line, ...says(DAMAGES[reason]) }),
  });
  parser.push(text);
  parser.end();
  return lines;
}
