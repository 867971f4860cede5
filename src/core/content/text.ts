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
  /** What is wrong with its syntax, and variables that do not begin with one of `roots`. */
  problems(path: string, source: string, roots: readonly string[]): Problem[];
};

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
    problems(path, source, roots) {
      const problems = problemsOfPart(path, source, engine, 'authors');
      if (problems.length > 0) return problems;
      return compilePart(source, { engine }).reads.flatMap((read) => {
        const root = String(read.path[0] ?? '');
        if (read.path.length === 0 || roots.includes(root)) return [];
        const near = suggest(root, roots);
        return [
          {
            path,
            ...says('Line {line}, column {column}: {problem}', {
              line: read.line,
              column: read.column,
              problem: say('unknown variable "{name}".', { name: read.path.join('.') }),
            }),
            expected: roots.map((name) => `${name}.…`).join(' | '),
            ...(near === undefined ? {} : { suggestion: near }),
          },
        ];
      });
    },
  };
}
