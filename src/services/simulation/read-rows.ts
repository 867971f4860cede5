import {
  AppError,
  invalid,
  type Json,
  type JsonObject,
  type Problem,
  say,
  says,
  verbatim,
} from '../../core/kernel/index.ts';
import { readDocuments } from '../definitions/index.ts';
import { readFileText, readTable } from './read-file.ts';

/** Who has that many mistakes in a text has one, made everywhere. */
const PROBLEMS_MAX = 20;
/** Where a mistake stands in a larger JSON list is not looked for. */
const SEARCHED_CHARS_MAX = 1_000_000;

/** Rows of a table from a file, packed with gzip or not. @throws AppError `not_found`, and as `readRows`. */
export async function readRowFile(path: string): Promise<JsonObject[]> {
  return readRows(await readFileText(path), path);
}

type Line = { readonly line: number; readonly column: number; readonly row: Json } | Mistake;
type Mistake = Pick<Problem, 'message' | 'wording'> & { readonly line: number; readonly column: number };

/**
 * Rows of a table from a text: a JSON list, a line of JSON each, or CSV with a header.
 * @throws AppError `invalid` with line and column of the mistakes, the first twenty; in a named file as `rows.csv:3:1`.
 */
export function readRows(text: string, fileName?: string): JsonObject[] {
  const lines = linesOf(text.replace(/^\uFEFF/, ''));
  const rows: JsonObject[] = [];
  const mistakes: Mistake[] = [];
  for (const line of lines) {
    if ('wording' in line) mistakes.push(line);
    else if (isRow(line.row)) rows.push(line.row);
    else {
      const { line: at, column } = line;
      mistakes.push({ line: at, column, ...says('A row is an object of its columns.') });
    }
  }
  if (mistakes.length === 0) return rows;
  const what = fileName === undefined ? say('The text') : verbatim(fileName);
  const problems = mistakes.slice(0, PROBLEMS_MAX).map(({ line, column, ...said }): Problem => {
    return fileName === undefined
      ? { path: '', ...said, line, column }
      : { path: `${fileName}:${line}:${column}`, ...said };
  });
  throw invalid(say('{what} cannot be read.', { what }), problems);
}

function linesOf(text: string): Line[] {
  const begins = text.trimStart()[0];
  if (begins === '[') return listOf(text);
  if (begins !== '{') return readTable(text).map((read) => ({ column: 1, ...read }));
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [jsonOf(line, index + 1)]));
}

function listOf(text: string): Line[] {
  const read = jsonOf(text, 1);
  if ('wording' in read || !Array.isArray(read.row)) return [read];
  const isSearched = !read.row.every(isRow) && text.length <= SEARCHED_CHARS_MAX;
  const document = isSearched ? readDocuments(text)[0] : undefined;
  return read.row.map((row, index) => {
    const place = isRow(row) ? undefined : document?.place<Place>({ path: `${index}` });
    return { line: place?.line ?? 1, column: place?.column ?? 1, row };
  });
}

type Place = Pick<Problem, 'path' | 'line' | 'column'>;

function jsonOf(text: string, firstLine: number): Line {
  try {
    return { line: firstLine, column: 1, row: JSON.parse(text) as Json };
  } catch (error) {
    const { line, ...mistake } = mistakeIn(text, error);
    return { ...mistake, line: firstLine + line - 1 };
  }
}

/** JSON is YAML, whose parser says where a mistake stands. */
function mistakeIn(text: string, error: unknown): Mistake {
  const said = says('{text}', { text: error instanceof Error ? error.message : String(error) });
  if (text.length > SEARCHED_CHARS_MAX) return { line: 1, column: 1, ...said };
  try {
    readDocuments(text);
  } catch (refused) {
    const [first] = refused instanceof AppError ? refused.problems : [];
    if (first) return { ...first, line: first.line ?? 1, column: first.column ?? 1 };
  }
  return { line: 1, column: 1, ...said };
}

function isRow(row: Json): row is JsonObject {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}
