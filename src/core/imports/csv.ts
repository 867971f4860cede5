// Owns: cutting CSV text into records (RFC 4180, any one-character delimiter, any line ending).
// Does not own: bytes and encodings, types, what a column means.
// Invariants: (1) chunk boundaries never change what comes out; (2) a damaged record costs that record only: reading goes on at the
// next line; (3) no more than `recordCharsMax` characters are kept between two chunks.

import type { RejectReason } from './reject.ts';

export type CsvOptions = {
  readonly delimiter: string;
  readonly quote?: string;
  /** Files of old Macs end their lines with a carriage return alone. */
  readonly newline?: '\n' | '\r';
  readonly recordCharsMax?: number;
};

/** Why a record cannot be read. */
export type Damage = Extract<RejectReason, 'unbalanced_quotes' | 'line_too_long'>;

export type CsvSink = {
  /** A record with the number of the line on which it starts. Empty lines are not records. */
  record(fields: string[], line: number): void;
  /** A record that cannot be read; `text` is its first line. */
  damaged(text: string, line: number, reason: Damage): void;
};

export type CsvParser = {
  push(text: string): void;
  end(): void;
};

export const RECORD_CHARS_MAX = 1 << 20;
const CARRIAGE_RETURN = 13;

/** A push parser: text goes in by chunks of any size, records come out through the sink. */
export function createCsvParser(options: CsvOptions, sink: CsvSink): CsvParser {
  const { delimiter, quote = '"', newline = '\n', recordCharsMax = RECORD_CHARS_MAX } = options;
  let rest = '';
  let line = 1;
  let skipping = false;

  function consume(text: string, last: boolean): string {
    let position = 0;
    if (skipping) {
      const end = text.indexOf(newline);
      if (end === -1) return '';
      skipping = false;
      position = end + 1;
      line++;
    }
    let nextQuote = text.indexOf(quote, position);
    while (position < text.length) {
      const found = text.indexOf(newline, position);
      const end = found === -1 ? text.length : found;
      if (nextQuote !== -1 && nextQuote < position) nextQuote = text.indexOf(quote, position);
      if (nextQuote === -1 || nextQuote >= end) {
        if (found === -1 && !last) {
          if (text.length - position <= recordCharsMax) return text.slice(position);
          sink.damaged(text.slice(position, position + 1_000), line, 'line_too_long');
          skipping = true;
          return '';
        }
        const stop = trimmedEnd(text, position, end);
        if (stop > position) sink.record(text.slice(position, stop).split(delimiter), line);
        position = end + 1;
        line++;
        continue;
      }
      const record = readQuoted({ text, start: position, last, delimiter, quote, newline });
      if (typeof record === 'object') {
        sink.record(record.fields, line);
        position = record.end;
        line += record.lines;
        continue;
      }
      if (record === 'incomplete' && !last && text.length - position <= recordCharsMax) return text.slice(position);
      if (found === -1 && !last) {
        // Damaged or too long, and its line goes on in the next chunk: reported now, the rest of the line passed over.
        sink.damaged(text.slice(position, position + 1_000), line, 'unbalanced_quotes');
        skipping = true;
        return '';
      }
      sink.damaged(text.slice(position, end), line, 'unbalanced_quotes');
      position = end + 1;
      line++;
    }
    return '';
  }

  return {
    push(text) {
      rest = consume(rest === '' ? text : rest + text, false);
    },
    end() {
      if (rest !== '') consume(rest, true);
      rest = '';
    },
  };
}

function trimmedEnd(text: string, start: number, end: number): number {
  return end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
}

type Quoted = {
  readonly text: string;
  readonly start: number;
  readonly last: boolean;
  readonly delimiter: string;
  readonly quote: string;
  readonly newline: string;
};
type QuotedRecord = { readonly fields: string[]; readonly end: number; readonly lines: number };

/** Reads one record that holds a quote. `incomplete`: the text ends before the record does. */
function readQuoted({ text, start, last, delimiter, quote, newline }: Quoted): QuotedRecord | 'incomplete' | 'damaged' {
  const fields: string[] = [];
  let position = start;
  let lines = 1;
  let end = -1;
  for (;;) {
    if (text[position] !== quote) {
      if (end < position) {
        const lineEnd = text.indexOf(newline, position);
        if (lineEnd === -1 && !last) return 'incomplete';
        end = lineEnd === -1 ? text.length : lineEnd;
      }
      const next = text.indexOf(delimiter, position);
      if (next === -1 || next >= end) {
        fields.push(text.slice(position, trimmedEnd(text, position, end)));
        return { fields, end: end + 1, lines };
      }
      fields.push(text.slice(position, next));
      position = next + 1;
      continue;
    }
    const closing = closingQuote(text, position, quote);
    if (closing === -1) return 'incomplete';
    const inner = text.slice(position + 1, closing);
    const value = inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
    lines += inner.includes(newline) ? inner.split(newline).length - 1 : 0;
    fields.push(value);
    let after = closing + 1;
    if (text[after] === delimiter) {
      position = after + 1;
      continue;
    }
    if (text[after] === '\r' && newline === '\n') after++;
    if (after >= text.length) return last ? { fields, end: after, lines } : 'incomplete';
    return text[after] === newline ? { fields, end: after + 1, lines } : 'damaged';
  }
}

/** The quote that closes the field opened at `opening`; doubled quotes are part of the value. -1 when there is none. */
function closingQuote(text: string, opening: number, quote: string): number {
  let from = opening + 1;
  for (;;) {
    const found = text.indexOf(quote, from);
    if (found === -1 || text[found + 1] !== quote) return found;
    from = found + 2;
  }
}
