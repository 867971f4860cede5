import { Composer, type Document, Lexer, type LineCounter, Parser } from 'yaml';
import { DEPTH_MAX, invalid, say, says } from '../../core/kernel/index.ts';

/** Beside what is nested, the document that holds it and the scalar in it. */
const STACK_MAX = DEPTH_MAX + 2;

/**
 * The documents of a text, with their mistakes. The parser of tokens keeps its place in a list, but what makes documents of them calls
 * itself: a text that is nested too deep would end the whole process, so it goes no further than that.
 * @throws AppError `invalid` when it is nested too deep.
 */
export function parseYaml(text: string, lines: LineCounter): Document.Parsed[] {
  const composer = new Composer({ lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: 'error' });
  return [...composer.compose(tokensOf(text, lines))] as Document.Parsed[];
}

function* tokensOf(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (parser.stack.length > STACK_MAX) {
      const { line, col: column } = lines.linePos(parser.offset);
      throw invalid(say('{what} cannot be read.', { what: say('The text') }), [
        { path: '', ...says('is nested more than {max} levels deep.', { max: DEPTH_MAX }), line, column },
      ]);
    }
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}
