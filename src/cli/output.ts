import { AppError, type Problem } from '../core/kernel/index.ts';

/** Where a command writes: data to `out`, everything else to `err`. */
export type Streams = {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
};

const streams: Streams = { out: process.stdout, err: process.stderr };

/** Prints a line of data. */
export function printLine(text = ''): void {
  streams.out.write(`${text}\n`);
}

/** Prints the title of a section of what follows. */
export function printTitle(text: string): void {
  printLine(`\n${text}\n${'-'.repeat(text.length)}`);
}

/** Prints one JSON document, for machines. */
export function printJson(value: unknown): void {
  streams.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Tells the person at the terminal something that is not data. */
export function notice(text: string): void {
  streams.err.write(`${text}\n`);
}

export type Cell = string | number | boolean | Date | null | undefined;

/** Rows as columns that line up: numbers to the right, everything else to the left; `columns` maps a heading to its cell. */
export function formatTable<Row>(rows: readonly Row[], columns: Readonly<Record<string, (row: Row) => Cell>>): string {
  const headings = Object.keys(columns);
  const cells = rows.map((row) => headings.map((heading) => columns[heading]?.(row)));
  const texts = cells.map((line) => line.map(formatCell));
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...texts.map((line) => (line[at] ?? '').length)),
  );
  const isNumber = headings.map((_, at) => cells.length > 0 && cells.every((line) => typeof line[at] === 'number'));
  const align = (line: readonly string[]) =>
    line
      .map((text, at) => (isNumber[at] ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [align(headings), ...texts.map(align)].join('\n');
}

/** Prints `rows` as JSON when asked for, as a table otherwise. */
export function printRows<Row>(
  rows: readonly Row[],
  options: { readonly json?: boolean | undefined; readonly columns: Readonly<Record<string, (row: Row) => Cell>> },
): void {
  if (options.json) printJson(rows);
  else printLine(rows.length === 0 ? 'Nothing here.' : formatTable(rows, options.columns));
}

/** 1234567 as `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function formatCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '-';
  if (cell instanceof Date) return cell.toISOString().replace(/\.\d+Z$/, 'Z');
  return typeof cell === 'number' ? formatCount(cell) : visible(String(cell));
}

/** A line break would tear a table apart, and other control characters of a stranger's file could steer the terminal. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1).replace(character, '\ufffd'));
}

/** A node of a printed tree: what it is, how many, and what follows from it. */
export type Tree = {
  readonly label: string;
  readonly count?: number | undefined;
  readonly note?: string | undefined;
  readonly children?: readonly Tree[];
};

/** Trees as indented lines with their counts in one column. */
export function formatTree(trees: readonly Tree[]): string {
  const lines: { text: string; count: string; note: string }[] = [];
  const walk = (tree: Tree, lead: string, below: string) => {
    const count = tree.count === undefined ? '' : formatCount(tree.count);
    lines.push({ text: `${lead}${tree.label}`, count, note: tree.note ?? '' });
    const children = tree.children ?? [];
    children.forEach((child, at) => {
      const isLast = at === children.length - 1;
      walk(child, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`);
    });
  };
  for (const tree of trees) walk(tree, '', '');
  const textWidth = Math.max(0, ...lines.map((line) => line.text.length));
  const countWidth = Math.max(0, ...lines.map((line) => line.count.length));
  return lines
    .map(({ text, count, note }) => `${text.padEnd(textWidth)}  ${count.padStart(countWidth)}  ${note}`.trimEnd())
    .join('\n');
}

export type Progress = {
  /** Draws the state; `done` and `total` in any one unit, `total` undefined when nobody knows. */
  update(done: number, total: number | undefined, note?: string): void;
  finish(): void;
};

const DRAW_EVERY_MS = 100;
const BAR_WIDTH = 28;

/** A progress bar on standard error; silent when that is not a terminal, so that logs and pipes stay clean. */
export function createProgress(label: string, options: { streams?: Streams; now?: () => number } = {}): Progress {
  const { err } = options.streams ?? streams;
  const now = options.now ?? (() => performance.now());
  if (!err.isTTY) return { update: () => undefined, finish: () => undefined };
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (done: number, total: number | undefined, note: string) => {
    const share = total ? Math.min(1, done / total) : undefined;
    const filled = share === undefined ? 0 : Math.round(share * BAR_WIDTH);
    const bar =
      share === undefined
        ? ''
        : `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${Math.floor(share * 100)} % `;
    err.write(`\r\u001b[2K${`${label} ${bar}${note || formatCount(done)}`.slice(0, (err.columns ?? 100) - 1)}`);
  };
  return {
    update(done, total, note = '') {
      if (now() - drawnAt < DRAW_EVERY_MS) return;
      drawnAt = now();
      draw(done, total, note);
    },
    finish() {
      if (drawnAt !== Number.NEGATIVE_INFINITY) err.write('\r\u001b[2K');
    },
  };
}

/** An error as a person reads it: one line, then one per problem with its place, what was expected and the likely slip. */
export function formatError(error: unknown): string {
  if (!(error instanceof AppError)) return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [error.message, ...error.problems.map(formatProblem)].join('\n');
}

export function formatProblem(problem: Problem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const expected = problem.expected === undefined ? '' : ` Expected ${problem.expected}.`;
  const suggestion = problem.suggestion === undefined ? '' : ` Did you mean "${problem.suggestion}"?`;
  // Some messages are whole sentences and some go on from their place: `columns.price: must be a text`.
  const stop = (expected === '' && suggestion === '') || /[.!?]$/.test(problem.message) ? '' : '.';
  return `  ${path}${problem.message}${stop}${expected}${suggestion}`;
}
