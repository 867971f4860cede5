import { type Instant, invalid, type Problem, say, says, suggest } from '../kernel/index.ts';
import { problemsOfPart } from './check.ts';
import { compilePart, createEngine } from './liquid/index.ts';

/** Liquid that makes plain text, outside of any message. */
export type CompiledText = {
  /** @throws what a filter throws, `{% abort %}`, or a bound on loops and length. */
  readonly render: (variables: Readonly<Record<string, unknown>>, now: Instant) => string;
};

export type TextCompiler = {
  /** @throws AppError `invalid` with every problem of syntax. */
  compile(source: string): CompiledText;
  /** What is wrong with its syntax, and variables that `known` does not have. */
  problems(path: string, source: string, known: KnownNames): Problem[];
};

/** The first part of variables, each with the second parts that there are; null: whatever the data have. */
export type KnownNames = Readonly<Record<string, readonly string[] | null>>;

/** A compiler of Liquid for plain text: nothing is escaped unless it is to be `html`, no link is touched. */
export function createTextCompiler(timeZone = 'UTC', html = false): TextCompiler {
  const engine = createEngine({ html, locale: 'en', timeZone });
  return {
    compile(source) {
      const problems = problemsOfPart('', source, engine, 'authors');
      if (problems.length > 0) throw invalid(say('The text is not valid.'), problems);
      const part = compilePart(source, { engine });
      return {
        render: (variables, now) => part.render({ env: variables, link: '', pixel: '', trackedUrl: (url) => url, now }),
      };
    },
    problems(path, source, known) {
      const problems = problemsOfPart(path, source, engine, 'authors');
      if (problems.length > 0) return problems;
      return compilePart(source, { engine }).reads.flatMap((read) => {
        const wrong = unknownPart(read.path, known);
        if (!wrong) return [];
        const problem = say('unknown variable "{name}".', { name: read.path.join('.') });
        return [
          {
            path,
            ...says('Line {line}, column {column}: {problem}', { line: read.line, column: read.column, problem }),
            ...wrong,
          },
        ];
      });
    },
  };
}

/** What may stand in the place of the first part of a variable that does not exist; undefined when all of them do. */
function unknownPart(
  path: readonly unknown[],
  known: KnownNames,
): Pick<Problem, 'expected' | 'suggestion'> | undefined {
  const [first, second] = path;
  if (path.length === 0) return undefined;
  const root = String(first);
  if (!Object.hasOwn(known, root))
    return choices(
      root,
      Object.keys(known),
      (name) => name,
      (name) => `${name}.…`,
    );
  const below = known[root] ?? null;
  if (below === null || typeof second !== 'string' || below.includes(second)) return undefined;
  const whole = (name: string) => `${root}.${name}`;
  return choices(second, below, whole, whole);
}

function choices(
  given: string,
  names: readonly string[],
  suggested: (name: string) => string,
  shown: (name: string) => string,
): Pick<Problem, 'expected' | 'suggestion'> {
  const near = suggest(given, names);
  return {
    ...(names.length === 0 ? {} : { expected: names.map(shown).join(' | ') }),
    ...(near === undefined ? {} : { suggestion: suggested(near) }),
  };
}
