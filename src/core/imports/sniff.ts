import { createCsvParser } from './csv.ts';

const DELIMITERS = [',', ';', '\t', '|', '^', '~', ':'] as const;
const SAMPLE_RECORDS = 200;
const SAMPLE_CHARS = 200_000;

/** The line ending of a file, from its first characters. */
export function sniffNewline(sample: string): '\n' | '\r' {
  return !sample.includes('\n') && sample.includes('\r') ? '\r' : '\n';
}

/**
 * The delimiter that cuts most lines of the sample into the same number of fields, the more fields the better; a comma when the file
 * has one column.
 */
export function sniffDelimiter(whole: string): string {
  const sample = whole.slice(0, SAMPLE_CHARS);
  const newline = sniffNewline(sample);
  const lastLine = sample.lastIndexOf(newline);
  // The last line may be cut in the middle.
  const text = lastLine > 0 ? sample.slice(0, lastLine + 1) : sample;
  let best = ',';
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const counts = fieldCounts(text, delimiter, newline);
    const header = counts[0] ?? 1;
    if (header < 2) continue;
    const agreeing = counts.filter((count) => count === header).length / counts.length;
    const score = agreeing * agreeing * Math.log2(header + 1);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

function fieldCounts(text: string, delimiter: string, newline: '\n' | '\r'): number[] {
  const counts: number[] = [];
  const parser = createCsvParser(
    { delimiter, newline },
    {
      record: (fields) => counts.length < SAMPLE_RECORDS && counts.push(fields.length),
      damaged: () => counts.length < SAMPLE_RECORDS && counts.push(0),
    },
  );
  parser.push(text);
  parser.end();
  return counts;
}
