import { parseDocument } from 'yaml';
import { Mapping } from '../../core/imports/index.ts';
import { invalid, parseWith, say } from '../../core/kernel/index.ts';
import { syntaxProblem } from '../definitions/index.ts';

/** Reads a mapping from YAML or JSON text; an absent text is the mapping in which everything is sniffed. */
export function readMapping(text: string | undefined): Mapping {
  if (text === undefined || text.trim() === '') return parseWith(Mapping, {}, say('The mapping'));
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw invalid(
      say('The mapping is not valid YAML.'),
      document.errors.map((error) => ({
        path: `line ${error.linePos?.[0].line ?? 1}`,
        ...syntaxProblem(error),
      })),
    );
  }
  return parseWith(Mapping, document.toJS({ maxAliasCount: 100 }) ?? {}, say('The mapping'));
}
