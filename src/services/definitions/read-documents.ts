import { isCollection, isNode, isPair, LineCounter, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { AppError, invalid, type Problem, say, says, verbatim, type Wording } from '../../core/kernel/index.ts';
import { parseYaml } from './parse-yaml.ts';
import { syntaxProblem } from './syntax-problem.ts';

/** A document as it was written, and where in its file each path stands. */
export type SourceDocument = {
  readonly value: unknown;
  /** The document's own text, comments included; undefined when it came without one. */
  readonly text?: string;
  /** A problem as a person finds it: with its line, and in a named file as `shop.yaml:12:5 columns.total`. */
  readonly place: <P extends Pathed>(problem: P) => P;
};

type Pathed = { readonly path: string };

const DOCUMENTS_MAX = 1_000;
/** How often one anchor may be expanded: enough for honest files, too little for a file that explodes. */
const ALIASES_MAX = 100;

/**
 * Reads YAML (any number of documents, separated by `---`) or JSON, which is YAML too.
 * @throws AppError `invalid` with line and column of every mistake of syntax.
 */
export function readDocuments(text: string, fileName?: string): SourceDocument[] {
  const lines = new LineCounter();
  const documents = parseYaml(text, lines);
  const what = fileName === undefined ? say('The text') : verbatim(fileName);
  const placedAt = <P extends Pathed>(offset: number, problem: P): P => {
    const { line, col: column } = lines.linePos(offset);
    if (fileName === undefined) return { ...problem, line, column };
    return { ...problem, path: `${fileName}:${line}:${column} ${problem.path}`.trim() };
  };
  const problems = documents.flatMap((document) =>
    document.errors.map((error): Problem => placedAt(error.pos[0], { path: '', ...syntaxProblem(error) })),
  );
  if (documents.length > DOCUMENTS_MAX) {
    problems.push({ path: fileName ?? '', ...says('holds more than {max} documents.', { max: DOCUMENTS_MAX }) });
  }
  if (problems.length > 0) throw invalid(say('{what} cannot be read.', { what }), problems);
  return documents
    .map((document, index) => ({
      value: toValue(() => document.toJS({ maxAliasCount: ALIASES_MAX }), what),
      text: text.slice(documents[index - 1]?.range[2] ?? 0, document.range[2]).replace(/^---\r?\n/, ''),
      place: <P extends Pathed>(problem: P) => placedAt(offsetOf(document.contents, problem.path.split('.')), problem),
    }))
    .filter((document) => document.value !== null);
}

/** The only document of a text. @throws AppError `invalid` when it holds none or several, or cannot be read. */
export function onlyDocument(text: string): SourceDocument {
  const documents = readDocuments(text);
  const [only] = documents;
  if (documents.length === 1 && only) return only;
  throw new AppError('invalid', say('The text must hold exactly one definition.'));
}

/** One document that did not come from a file: its paths need no place. */
export function plainDocument(value: unknown): SourceDocument {
  return { value, place: (problem) => problem };
}

function toValue(read: () => unknown, what: Wording): unknown {
  try {
    return read();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw invalid(say('{what} cannot be read.', { what }), [{ path: '', ...says('{text}', { text }) }]);
  }
}

/** Where the deepest part of `path` that exists begins. */
function offsetOf(root: unknown, path: readonly string[]): number {
  let node = root;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  for (let at = 0; at < path.length; ) {
    if (!isCollection(node)) break;
    const { pair, step, end } = namedIn(node, path, at);
    const next = node.get(/^\d+$/.test(step) && pair === undefined ? Number(step) : step, true);
    const start = pair?.key ?? next;
    if (next === undefined && start === undefined) break;
    if (isNode(start)) offset = start.range?.[0] ?? offset;
    node = next;
    at = end;
  }
  return offset;
}

/** The pair of a map that the path goes on with. A key with dots in it, such as a URL, is several parts of the path. */
function namedIn(map: YAMLMap<unknown, unknown> | YAMLSeq<unknown>, path: readonly string[], from: number) {
  const pairs = [...map.items].filter((item): item is Pair => isPair(item));
  for (let end = from + 1; end <= path.length; end++) {
    const step = path.slice(from, end).join('.');
    const pair = pairs.find(({ key }) => String(key) === step);
    if (pair) return { pair, step, end };
  }
  return { pair: undefined, step: path[from] ?? '', end: from + 1 };
}
