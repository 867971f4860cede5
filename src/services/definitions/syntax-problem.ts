import type { YAMLError } from 'yaml';
import { type Plain, type Problem, says } from '../../core/kernel/index.ts';

/** The commonest mistakes of YAML; of the others the parser's own words are kept. */
const MISTAKES: { readonly [Code in YAMLError['code']]?: Plain } = {
  BAD_ALIAS: 'An anchor of this name does not exist.',
  BAD_INDENT: 'The indentation does not fit.',
  BAD_SCALAR_START: 'A text cannot begin with this character; put it in quotation marks.',
  BLOCK_AS_IMPLICIT_KEY: 'A value with a colon in it needs quotation marks.',
  DUPLICATE_KEY: 'A key stands twice here.',
  KEY_OVER_1024_CHARS: 'A key must be on one line.',
  MISSING_CHAR: 'A bracket, a quotation mark, a comma or a space is missing.',
  MULTILINE_IMPLICIT_KEY: 'A key must be on one line.',
  TAB_AS_INDENT: 'A tab cannot be used for indentation.',
  UNEXPECTED_TOKEN: 'Something unexpected stands here.',
};

/** What the parser of YAML complains of. */
export function syntaxProblem({ code, message }: YAMLError): Pick<Problem, 'message' | 'wording'> {
  const known = MISTAKES[code];
  return known === undefined ? says('{text}', { text: message }) : says(known);
}
