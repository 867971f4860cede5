import { createCsvParser, type Mapping, sniffDelimiter, sniffNewline } from '../../core/imports/index.ts';
import { AppError, invalid, say, says } from '../../core/kernel/index.ts';
import { decodeText, sniffEncoding, takeSample } from './decode.ts';
import { type RowFile, type RowSink, SAMPLE_ROWS, samplesOf } from './row-file.ts';

/** Opens CSV: finds out its encoding, delimiter, line ending and header from the first megabyte. */
export async function openCsv(content: AsyncIterable<Buffer>, mapping: Mapping): Promise<RowFile> {
  const { sample, complete, whole } = await takeSample(content);
  const encoding = mapping.encoding ?? sniffEncoding(sample);
  const text = await firstText(sample, encoding);
  if (text.trim() === '') throw new AppError('invalid', say('The file is empty.'));
  const newline = sniffNewline(text);
  const delimiter = mapping.delimiter ?? sniffDelimiter(text);
  const options = { delimiter, newline, quote: mapping.quote };
  const records = sampleRecords(text, complete, options);
  const names = headerNames(records[0] ?? [], mapping.header);
  const rows = (mapping.header ? records.slice(1) : records).filter((row) => row.length === names.length);
  return {
    kind: 'csv',
    columns: { names, emptyIsNull: true },
    samples: samplesOf(names, rows),
    settings: { delimiter, encoding },
    async *read(sink) {
      const parser = createCsvParser(options, countingSink(sink, names.length, mapping.header));
      for await (const piece of decodeText(whole, encoding)) {
        parser.push(piece);
        yield;
      }
      parser.end();
      yield;
    },
  };
}

function countingSink(sink: RowSink, width: number, header: boolean) {
  let headerSeen = !header;
  return {
    record(fields: string[], line: number) {
      if (!headerSeen) headerSeen = true;
      else if (fields.length === width) sink.row(fields, line);
      else sink.damaged(`${fields.length} instead of ${width}`, line, 'column_count');
    },
    damaged: sink.damaged,
  };
}

async function firstText(sample: Buffer, encoding: string): Promise<string> {
  let text = '';
  for await (const piece of decodeText(once(sample), encoding)) text += piece;
  return text;
}

async function* once(sample: Buffer): AsyncGenerator<Buffer> {
  yield sample;
}

function sampleRecords(text: string, complete: boolean, options: Parameters<typeof createCsvParser>[0]): string[][] {
  const records: string[][] = [];
  const parser = createCsvParser(options, {
    record: (fields) => {
      if (records.length <= SAMPLE_ROWS) records.push(fields);
    },
    damaged(first, line) {
      if (records.length > 0) return;
      throw new AppError(
        'invalid',
        say('The header in line {line} cannot be read: {text}', { line, text: first.slice(0, 200) }),
      );
    },
  });
  parser.push(text);
  // The last record of an incomplete sample may be cut, which is no reason to think ill of it.
  if (complete || records.length === 0) parser.end();
  return records;
}

function headerNames(first: readonly string[], header: boolean): string[] {
  const names = first.map((field, index) => (header && field.trim() !== '' ? field.trim() : `column_${index + 1}`));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw invalid(
      say('The header names columns twice.'),
      [...new Set(twice)].map((name) => ({ path: name, ...says('"{name}" stands twice in the header.', { name }) })),
    );
  }
  return names;
}
