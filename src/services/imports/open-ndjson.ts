import {
  type Cells,
  CHANGE_COLUMN,
  type Mapping,
  RECORD_CHARS_MAX,
  type RejectReason,
} from '../../core/imports/index.ts';
import { AppError, say } from '../../core/kernel/index.ts';
import { decodeText, sniffEncoding, takeSample } from './decode.ts';
import { type RowFile, SAMPLE_ROWS, samplesOf } from './row-file.ts';

/**
 * Opens JSON with one object per line. A key that an object does not have says nothing about the column; null clears it.
 * `wanted` are the columns that a mapping reads, which need not stand in the first rows.
 */
export async function openNdjson(
  content: AsyncIterable<Buffer>,
  mapping: Mapping,
  wanted: readonly string[],
): Promise<RowFile> {
  const { sample, complete, whole } = await takeSample(content);
  const encoding = mapping.encoding ?? sniffEncoding(sample);
  const objects: object[] = [];
  // A delete may stand anywhere in the file, so its column is looked for in every row.
  const names = new Set([...wanted, CHANGE_COLUMN]);
  const reader = createLineReader((text) => {
    const parsed = parseLine(text);
    if (typeof parsed === 'string' || objects.length >= SAMPLE_ROWS) return;
    objects.push(parsed);
    for (const name of Object.keys(parsed)) names.add(name);
  });
  async function* sampleBytes() {
    yield sample;
  }
  for await (const piece of decodeText(sampleBytes(), encoding)) reader.push(piece);
  if (complete) reader.end();
  if (sample.length === 0) throw new AppError('invalid', say('The file is empty.'));
  const columns = [...names];
  const rows = objects.map((object) => cellsOf(object, columns));
  return {
    kind: 'ndjson',
    columns: { names: columns, emptyIsNull: false },
    samples: samplesOf(
      columns,
      rows.filter((row) => typeof row !== 'string'),
    ),
    settings: { encoding },
    async *read(sink) {
      const lines = createLineReader((text, line, tooLong) => {
        if (tooLong) return sink.damaged(text, line, 'line_too_long');
        const parsed = parseLine(text);
        const cells = typeof parsed === 'string' ? parsed : cellsOf(parsed, columns);
        if (typeof cells === 'string') sink.damaged(text, line, cells);
        else sink.row(cells, line);
      });
      for await (const piece of decodeText(whole, encoding)) {
        lines.push(piece);
        yield;
      }
      lines.end();
      yield;
    },
  };
}

/** Cuts text into lines; empty ones are passed over, and of one that is too long only the beginning is told. */
function createLineReader(take: (text: string, line: number, tooLong: boolean) => void) {
  let rest = '';
  let line = 1;
  let skipping = false;
  const emit = (text: string) => {
    if (skipping) skipping = false;
    else if (text.trim() !== '') take(text, line, text.length > RECORD_CHARS_MAX);
    line++;
  };
  return {
    push(piece: string) {
      const text = rest + piece;
      let position = 0;
      for (;;) {
        const end = text.indexOf('\n', position);
        if (end === -1) break;
        emit(text.slice(position, end));
        position = end + 1;
      }
      rest = skipping ? '' : text.slice(position);
      if (rest.length > RECORD_CHARS_MAX) {
        take(rest, line, true);
        skipping = true;
        rest = '';
      }
    },
    end() {
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}

function parseLine(text: string): object | RejectReason {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : 'not_an_object';
  } catch {
    return 'not_json';
  }
}

function cellsOf(object: object, names: readonly string[]): Cells | RejectReason {
  const cells: (string | null | undefined)[] = [];
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
    // A number beyond 2^53 has been rounded by the JSON reader: it is not the number in the file.
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return 'imprecise_number';
    cells.push(textOf(value));
  }
  return cells;
}

/** A JSON value as a cell: what is not a text, a number or a truth value stays JSON. */
export function textOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
