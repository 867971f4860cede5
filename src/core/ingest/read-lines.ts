import { createCsvParser, sniffDelimiter, sniffNewline } from '../imports/index.ts';
import { say } from '../kernel/index.ts';
import { eventOfRow, isEventHeader } from './csv-row.ts';
import { parseEvent } from './parse-event.ts';
import { Unreadable } from './unreadable.ts';

/**
 * The events of a text that is no JSON as a whole: a line of JSON each, or rows of CSV under a header. A line that cannot be read is
 * `Unreadable` and costs the others nothing. Undefined when the text is neither, by its first line.
 */
export function readEventLines(text: string): readonly unknown[] | undefined {
  return jsonLines(text) ?? csvRows(text);
}

function jsonLines(text: string): readonly unknown[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first] = lines;
  if (first === undefined || parse(first) instanceof Unreadable) return undefined;
  return lines.map(parse);
}

function parse(line: string): unknown {
  try {
    return parseEvent(line);
  } catch {
    return new Unreadable('invalid_json', line, say('The line is not JSON.'));
  }
}

function csvRows(text: string): readonly unknown[] | undefined {
  const delimiter = sniffDelimiter(text);
  const rows: unknown[] = [];
  let header: readonly string[] | undefined;
  const parser = createCsvParser(
    { delimiter, newline: sniffNewline(text) },
    {
      record(fields) {
        if (header === undefined) header = fields.map((field) => field.trim());
        else if (fields.length === header.length) rows.push(eventOfRow(header, fields));
        else {
          const counts = { fields: fields.length, columns: header.length };
          rows.push(
            new Unreadable(
              'invalid_json',
              fields.join(delimiter),
              say('It has {fields} fields instead of {columns}.', counts),
            ),
          );
        }
      },
      damaged(line) {
        rows.push(new Unreadable('invalid_json', line, say('A quotation mark is never closed.')));
      },
    },
  );
  parser.push(text);
  parser.end();
  return header !== undefined && isEventHeader(header) ? rows : undefined;
}
