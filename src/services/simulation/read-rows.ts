import { AppError, type Json, type JsonObject, say } from '../../core/kernel/index.ts';
import { readFileText, readTable } from './read-file.ts';

/** Rows of a table from a file, packed with gzip or not: a JSON list, a line of JSON each, or CSV with a header. */
export async function readRowFile(path: string): Promise<JsonObject[]> {
  const text = await readFileText(path);
  const begins = text.trimStart()[0];
  if (begins !== '[' && begins !== '{') {
    return readTable(text).map((line) => {
      if ('reason' in line)
        throw new AppError(
          'invalid',
          say('{path}, line {line}: {reason}', { path, line: line.line, reason: line.reason }),
        );
      return line.row;
    });
  }
  const rows =
    begins === '['
      ? parse(text, path)
      : text.split('\n').flatMap((line) => (line.trim() === '' ? [] : parse(line, path)));
  return [rows].flat().map((row) => {
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as JsonObject;
    throw new AppError('invalid', say('{path}: a row is an object of its columns.', { path }));
  });
}

function parse(text: string, path: string): Json {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError(
      'invalid',
      say('{path} is no JSON: {problem}', { path, problem: cause instanceof Error ? cause.message : String(cause) }),
      {
        cause,
      },
    );
  }
}
