import { parseDocument } from 'yaml';
import { Mapping } from '../../core/imports/index.ts';
import { invalid, parseWith } from '../../core/kernel/index.ts';

/** Reads a mapping from YAML or JSON text; an absent text is the mapping in which everything is sniffed. */
export function readMapping(text: string | undefined): Mapping {
  if (text === undefined || text.trim() === '') return parseWith(Mapping, {}, 'The mapping');
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw invalid(
      'The mapping is not valid YAML.',
      document.errors.map((error) => ({ path: `line ${error.linePos?.[0].line ?? 1}`, message: error.message })),
    );
  }
  return parseWith(Mapping, document.toJS({ maxAliasCount: 100 }) ?? {}, 'The mapping');
}
